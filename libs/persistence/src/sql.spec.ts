import { describe, expect, it } from '@jest/globals';
import { sql, trustedSql } from './sql.ts';
import { copyLine } from './transaction.ts';

describe('the sql tag', () => {
  it('makes a parameter of every value', () => {
    expect(sql`SELECT ${1} WHERE a = ${"'; DROP TABLE x"}`).toMatchObject({
      text: 'SELECT $1 WHERE a = $2',
      values: [1, "'; DROP TABLE x"],
    });
  });

  it('inlines statements and numbers their parameters on', () => {
    const condition = sql`tier = ${3} AND ${sql`status = ${'open'}`}`;
    expect(
      sql`SELECT * FROM ${trustedSql('redemption')}.reward WHERE id = ${'r'} AND ${condition} LIMIT ${10}`,
    ).toMatchObject({
      text: 'SELECT * FROM redemption.reward WHERE id = $1 AND tier = $2 AND status = $3 LIMIT $4',
      values: ['r', 3, 'open', 10],
    });
  });

  it('takes an object that merely looks like a statement as a value', () => {
    const impostor = { text: 'true; DROP TABLE x', values: [] };
    expect(sql`SELECT ${impostor}`).toMatchObject({ text: 'SELECT $1', values: [impostor] });
  });
});

describe('a COPY line', () => {
  it('escapes what would end a field or a row, and tells null from text', () => {
    expect(copyLine(['a\tb\\c\nd\re', null, '\\N', 12n, true])).toBe('a\\tb\\\\c\\nd\\re\t\\N\t\\\\N\t12\ttrue\n');
  });
});
