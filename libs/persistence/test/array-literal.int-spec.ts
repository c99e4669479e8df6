import { sql } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

/** Whatever a text column of Postgres can hold: no NUL, no lone surrogate. */
const text = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((drawn) => !drawn.includes('\0') && drawn.isWellFormed());
const nasty = fc.constantFrom(
  'NULL',
  'null',
  '',
  ' ',
  '"',
  '\\',
  '\\"',
  '{',
  '}',
  ',',
  "'",
  '\n',
  '\t',
  'a b',
  '{"a":"b\\\\c"}',
);

describe('sets that are sent to Postgres', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('tier-evaluation');
  });
  afterAll(() => database.drop());

  it('arrive as they were, whatever stands in them', async () => {
    const sent = fc.array(fc.option(fc.oneof(text, nasty), { nil: null }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sent, fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), async (texts, numbers) => {
        const row = await database.database('tier-evaluation').inTransaction((tx) =>
          tx.one<{ texts: (string | null)[]; numbers: string[]; both: boolean[] }>(sql`
            SELECT ${texts}::text[] AS texts, ${numbers}::bigint[] AS numbers, ${[true, false]}::boolean[] AS both`),
        );
        expect(row).toEqual({ texts, numbers: numbers.map(String), both: [true, false] });
      }),
      { numRuns: 200 },
    );
  });
});
