import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StatementFileV1 } from '#libs/contracts';
import { seeded } from '#libs/testing';
import { canonicalJson } from '../../apps/commission-boost/src/domain/statement/canonical-json.ts';
import { linkText, NO_HASH } from '../../apps/commission-boost/src/domain/statement/statement-chain.ts';
import { canonicalJson as canonicalByTheTool } from '../../packages/laurel-verify/src/canonical-json.mjs';
import { verifyChain, verifyStatement } from '../../packages/laurel-verify/src/verify.mjs';
import { sealed, sha256, STATEMENT_FILES, type Json, type Members } from './random-statements.ts';
import { kindOf, leavesOf, tampered, without } from './tampering.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);
const random = seeded(SEED);
const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
console.log(`seed ${SEED}`);

/**
 * Where nothing else in the document need contradict another value once digest and link are made anew: ids and hashes of
 * what is not in it, who and when, dates within what their neighbours allow. The package's README tells its readers.
 */
const WITHOUT_WITNESS = new Set(
  [
    'version issuedAt clientId boostId redemptionId creatorId',
    'terms/claimedOn terms/scheduledDate terms/tierCommissionRateBps terms/rateBps terms/timezone',
    'activation/sync/id activation/sync/fileSha256 expiry/sync/id expiry/sync/fileSha256',
    'activation/sync/sequence expiry/sync/sequence expiry/sync/businessDate',
    'activation/waitedFor/boostId activation/sync/previousBusinessDate expiry/sync/previousBusinessDate',
    'entries/*/syncId entries/*/syncSequence entries/*/businessDate corrections/*/syncId corrections/*/syncSequence',
    'adjustments/*/amountMinor adjustments/*/by adjustments/*/at',
    'payments/*/paidAt payments/*/by payments/*/transactionId payments/*/holdOverridden',
  ]
    .join(' ')
    .split(' ')
    .map((place) => `/statement/${place}`),
);

/** What is paid, and everything that it is reckoned from: contradicted by another figure, whoever makes the seals. */
const FIGURES = [
  'currency/code currency/decimals amounts/currency payments/*/currency terms/durationDays terms/clearingDays',
  'activation/gmvMinor expiry/gmvMinor entries/*/differenceMinor entries/*/gmvMinor corrections/*/differenceMinor',
  'calculation/deltaMinor calculation/payableMinor calculation/payoutMinor',
  'calculation/withCorrections/deltaMinor calculation/withCorrections/payoutMinor',
  'payments/*/amountMinor amounts/calculatedMinor amounts/finalMinor amounts/paidMinor',
  'activation/activatedAt expiry/expiryDate expiry/payableFrom',
]
  .join(' ')
  .split(' ')
  .map((place) => `/statement/${place}`);

const files = fc.sample(STATEMENT_FILES, { numRuns: 60, seed: SEED });
const activationIn = (statement: Json | undefined) => (statement as Members)['activation'] as Members;
const findingsOf = (file: Members) => verifyStatement(JSON.stringify(file)).findings;

describe('a statement by itself', () => {
  it('is valid as the service makes it: any currency, rate, returns, corrections, changes and payment', () => {
    expect(files.map(findingsOf).filter((findings) => findings.length > 0)).toEqual([]);
    expect(verifyStatement(JSON.stringify(files[0], null, 4)).findings).toEqual([]);
  });

  it('tells of 100 random single-field tamperings, wherever they are', () => {
    for (let n = 0; n < 100; n++) {
      const file = pick(files);
      const path = pick(leavesOf(file));
      expect([kindOf(path), findingsOf(tampered(file, path, n)).length]).not.toEqual([kindOf(path), 0]);
    }
  });

  it('tells of members that are taken away and of such as are put in', () => {
    for (let n = 0; n < 60; n++) {
      const file = pick(files);
      const path = pick(leavesOf(file));
      const lacking = without(file, path);
      expect([kindOf(path), findingsOf(lacking).length]).not.toEqual([kindOf(path), 0]);
    }
    const [file] = files as [Members];
    expect(findingsOf({ ...file, handle: 'jane' })).toEqual([
      { pointer: '/handle', message: 'is no part of a statement; nothing vouches for it' },
    ]);
    const statement = { ...(file['statement'] as Members), 'a/b~': '1' };
    expect(findingsOf(sealed({ ...file, statement })).map(({ pointer }) => pointer)).toEqual(['/statement/a~1b~0']);
  });

  it('tells of every figure that is changed by somebody who makes digest and link anew', () => {
    const kinds = new Set<string>();
    for (const [n, file] of files.slice(0, 25).entries()) {
      for (const path of leavesOf(file).filter((leaf) => FIGURES.includes(kindOf(leaf)))) {
        kinds.add(kindOf(path));
        expect([kindOf(path), findingsOf(sealed(tampered(file, path, n))).length]).not.toEqual([kindOf(path), 0]);
      }
    }
    expect([...kinds].toSorted()).toEqual(FIGURES.toSorted());
  });

  it('lets pass what has no second witness, as the README says, and no other value', () => {
    for (const [n, file] of files.slice(0, 40).entries()) {
      const ofEachKind = new Map(
        leavesOf(file['statement'] as Json, ['statement']).map((path) => [kindOf(path), path]),
      );
      for (const [kind, path] of ofEachKind) {
        if (WITHOUT_WITNESS.has(kind)) continue;
        expect([kind, findingsOf(sealed(tampered(file, path, n))).length]).not.toEqual([kind, 0]);
      }
    }
  });

  it('tells of dates and instants that no calendar has', () => {
    const [file] = files as [Members];
    const text = JSON.stringify(file);
    const { claimedOn } = (file['statement'] as Members)['terms'] as Members;
    const wrongIn = (changed: string) =>
      verifyStatement(changed).findings.filter(({ message }) => message.includes('which is no'));
    expect(wrongIn(text.replace(`"claimedOn":"${claimedOn as string}"`, '"claimedOn":"2026-02-30"'))).toEqual([
      { pointer: '/statement/terms/claimedOn', message: 'is 2026-02-30, which is no date' },
    ]);
    expect(wrongIn(text.replace(/"issuedAt":"[^"]+"/, '"issuedAt":"2026-01-01T24:00:00.000Z"'))).toEqual([
      { pointer: '/statement/issuedAt', message: 'is 2026-01-01T24:00:00.000Z, which is no instant' },
    ]);
  });

  it('tells of a boost that begins late for no reason, or that names one it has not', () => {
    const late = files.find(({ statement }) => 'waitedFor' in activationIn(statement)) as Members;
    const { waitedFor, ...rest } = activationIn(late['statement'] as Json);
    const first = files.find(({ statement }) => !('waitedFor' in activationIn(statement))) as Members;
    const named = { ...activationIn(first['statement'] as Json), waitedFor: waitedFor as Json };
    const pointersOf = (file: Members, activation: Members) => {
      const statement = { ...(file['statement'] as Members), activation };
      return findingsOf(sealed({ ...file, statement })).map(({ pointer }) => pointer);
    };
    expect(pointersOf(late, rest)).toEqual(['/statement/activation/sync/previousBusinessDate']);
    expect(pointersOf(first, named)).toContain('/statement/activation/waitedFor');
    const { boostId } = late['statement'] as Members;
    expect(pointersOf(late, { ...rest, waitedFor: { boostId: boostId as Json } })).toEqual([
      '/statement/activation/waitedFor/boostId',
    ]);
  });

  it('tells of what can not have happened in this order, or so late', () => {
    const pointersIn = (isMeant: (statement: Members) => boolean, change: (statement: Members) => Members) => {
      const file = files.find(({ statement }) => isMeant(statement as Members)) as Members;
      const statement = change(file['statement'] as Members);
      return findingsOf(sealed({ ...file, statement })).map(({ pointer }) => pointer);
    };
    const listOf = (statement: Members, name: string) => statement[name] as Members[];
    const ofActivation = ({ reading }: Members) => reading === 'activation';
    expect(
      pointersIn(
        (statement) => listOf(statement, 'corrections').some(ofActivation),
        (statement) => ({
          ...statement,
          corrections: listOf(statement, 'corrections').filter((c) => !ofActivation(c)),
        }),
      ),
    ).toContainEqual(expect.stringMatching(/^\/statement\/entries\/\d+\/businessDate$/));
    expect(
      pointersIn(
        (statement) => listOf(statement, 'adjustments').length === 2 && listOf(statement, 'payments').length === 0,
        (statement) => {
          const [one, two] = listOf(statement, 'adjustments') as [Members, Members];
          return {
            ...statement,
            adjustments: [
              { ...one, at: two['at'] as Json },
              { ...two, at: one['at'] as Json },
            ],
          };
        },
      ),
    ).toEqual(['/statement/adjustments/1/at']);
    expect(
      pointersIn(
        (statement) => listOf(statement, 'adjustments').length > 0 && listOf(statement, 'payments').length > 0,
        (statement) => ({
          ...statement,
          payments: listOf(statement, 'payments').map((payment) => ({
            ...payment,
            paidAt: '2026-05-31T12:00:00.000Z',
          })),
        }),
      ),
    ).toEqual(['/statement/payments/0/paidAt']);
    expect(
      pointersIn(
        () => true,
        (statement) => ({ ...statement, terms: { ...(statement['terms'] as Members), claimedOn: '2025-12-28' } }),
      ),
    ).toEqual(['/statement/terms/scheduledDate']);
  });

  it('says where and what, by JSON pointer', () => {
    const file = files.find(
      ({ statement }) => ((statement as Members)['adjustments'] as Json[]).length === 0,
    ) as Members;
    const calculation = (file['statement'] as Members)['calculation'] as Members;
    const right = BigInt(calculation['payoutMinor'] as string);
    const changed = sealed(tampered(file, ['statement', 'calculation', 'payoutMinor'], 0));
    expect(findingsOf(changed)[0]).toEqual({
      pointer: '/statement/calculation/payoutMinor',
      message: expect.stringMatching(`^is ${right + 1n}, but .* rounded half up, is ${right}$`),
    });
    expect(findingsOf(tampered(file, ['digest'], 3)).map(({ pointer }) => pointer)).toEqual(['/digest', '/chain/hash']);
  });

  it('tells of a member that stands there twice, of which JSON readers see but one', () => {
    const [file] = files as [Members];
    const text = JSON.stringify(file);
    const doubled = text.replace('"amounts":{', '"amounts":{"finalMinor":"999999",');
    expect(verifyStatement(doubled).findings.map(({ pointer }) => pointer)).toEqual(['/statement/amounts/finalMinor']);
  });

  it.each(['', '{', '[]', 'null', '{"statement":null}', '{"statement":{"a":0.5}}', '"x"'])('says no to %j', (text) => {
    expect(verifyStatement(text).findings.length).toBeGreaterThan(0);
  });
});

describe('a statement in its chain', () => {
  /** The same statement again and again stands for any: what is chained is digests. */
  function chainOf(count: number, own: Members) {
    const lines: string[] = [];
    const hashes = [NO_HASH];
    let file = own;
    for (let position = 1; position <= count; position++) {
      const previous = hashes.at(-1) as string;
      const isOwn = position === count - 1;
      if (isOwn) file = sealed({ ...own, chain: { position, previous } });
      const digest = isOwn ? (file['digest'] as string) : sha256(`statement ${position}`);
      hashes.push(sha256(linkText(position, previous, digest)));
      const { boostId, version } = file['statement'] as Members;
      const named = isOwn ? { boostId, version } : {};
      lines.push(JSON.stringify({ position, ...named, digest, hash: hashes.at(-1) }));
    }
    return { lines, hashes, file };
  }

  const first = (file: Members) => sealed({ ...file, statement: { ...(file['statement'] as Members), version: 1 } });

  it('stands where it says, after what it says', async () => {
    const { lines, hashes, file } = chainOf(9, first(files[1] as Members));
    expect(await verifyChain(lines, { file, head: hashes[4] as string })).toEqual({
      findings: [],
      head: { position: 9, hash: hashes[9] },
      latestVersion: 1,
    });
  });

  it('gives away 100 random tamperings by one who makes digest and link anew', async () => {
    for (let n = 0; n < 100; n++) {
      const { lines, file } = chainOf(6, first(pick(files)));
      const path = pick(leavesOf(file['statement'] as Members, ['statement']));
      const changed = sealed(tampered(file, path, n));
      const byItself = findingsOf(changed);
      if (byItself.length === 0) expect(WITHOUT_WITNESS).toContain(kindOf(path));
      const { findings } = await verifyChain(lines, { file: changed });
      expect([kindOf(path), byItself.length + findings.length]).not.toEqual([kindOf(path), 0]);
    }
  });

  it('says where the chain itself is broken: changed, left out, turned round, cut off', async () => {
    const { lines, file } = chainOf(9, first(files[2] as Members));
    const broken = async (changed: readonly string[]) => (await verifyChain(changed, { file })).findings[0]?.pointer;
    const other = (lines[3] as string).replace(
      /"digest":"(.)/,
      (_all, digit) => `"digest":"${digit === '1' ? '2' : '1'}`,
    );
    expect(await broken(lines.with(3, other))).toBe('chain line 4 /hash');
    expect(await broken(lines.toSpliced(3, 1))).toBe('chain line 4 /position');
    expect(await broken(lines.toSpliced(2, 2, lines[3] as string, lines[2] as string))).toBe('chain line 3 /position');
    expect(await broken(lines.slice(0, 4))).toBe('/chain/position');
    expect(await broken(lines.with(0, '{}'))).toBe('chain line 1');
    expect(await broken(lines.with(7, (lines[7] as string).replace('"version":1', '"version":2')))).toBe(
      'chain line 8 /version',
    );
  });

  it('is given away when it was written anew as a whole, by a head that was noted before', async () => {
    const [file] = files as [Members];
    const noted = chainOf(5, first(file)).hashes[5] as string;
    const anew = chainOf(5, first(files[3] as Members));
    expect((await verifyChain(anew.lines, { file: anew.file })).findings).toEqual([]);
    const { findings } = await verifyChain(anew.lines, { file: anew.file, head: noted });
    expect(findings.map(({ pointer }) => pointer)).toEqual(['--head']);
  });
});

describe('the command', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'laurel-verify-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const asked = (...args: string[]) =>
    new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
      execFile(process.execPath, [join('packages/laurel-verify/bin/laurel-verify.mjs'), ...args], (error, out, err) =>
        resolve({ code: error?.code ?? 0, out, err }),
      );
    });
  const written = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('says valid, or what is wrong, or that it was asked wrongly', async () => {
    const file = sealed({ ...(files[0] as Members), chain: { position: 1, previous: NO_HASH } });
    const { digest, chain } = file as { digest: string; chain: { hash: string } };
    const path = written('statement.json', JSON.stringify(file));
    const links = written('chain.ndjson', `${JSON.stringify({ position: 1, digest, hash: chain.hash })}\n`);
    const bad = written('bad.json', JSON.stringify(tampered(file, ['statement', 'amounts', 'finalMinor'], 1)));
    const [right, inChain, wrong, other, none, unclear] = await Promise.all([
      asked(path),
      asked(path, '--chain', links, '--head', chain.hash),
      asked(bad),
      asked(path, '--chain', links, '--head', 'f'.repeat(64)),
      asked(join(folder, 'none.json')),
      asked(path, '--head', 'x'),
    ]);
    expect(right).toMatchObject({ code: 0, out: expect.stringMatching(/^valid\nboost /), err: '' });
    expect(inChain).toMatchObject({ code: 0, out: expect.stringMatching(/^valid\n/) });
    expect(wrong).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^\/digest: .*\n\/statement\/amounts\/finalMinor: is /),
    });
    expect(other).toMatchObject({ code: 1, out: expect.stringMatching(/^--head: /) });
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(unclear).toMatchObject({ code: 2, out: '', err: expect.stringContaining('laurel-verify statement.json') });
  });
});

describe('version 1 of the document', () => {
  const schemaText = readFileSync('packages/laurel-verify/statement-file.v1.schema.json', 'utf8');

  it('is frozen: what the tool knows is what the service says, and neither changes', () => {
    const { $schema: _dialect, ...schema } = JSON.parse(schemaText) as Members;
    expect(schema).toEqual(JSON.parse(JSON.stringify(StatementFileV1)));
    expect(sha256(canonicalJson(schema))).toBe('a5f8649238d7bbd906abf7d8d0c5d797e40fd282eb08c26356a073c556aab30d');
  });

  it('has one canonical text, whichever of the two writes it', () => {
    const value = fc.letrec<{ any: Json }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'binary' }), tie('any'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).any;
    fc.assert(
      fc.property(value, (any) => canonicalJson(any) === canonicalByTheTool(any)),
      { seed: SEED },
    );
    expect(canonicalJson({ '\u20ac': 1, '\ud83d\ude00': 2, '\ufb33': 3, '\r': '\u000f\n"\\/', 1: [true] })).toBe(
      '{"\\r":"\\u000f\\n\\"\\\\/","1":[true],"\u20ac":1,"\ud83d\ude00":2,"\ufb33":3}',
    );
    expect(() => canonicalJson({ a: 0.5 })).toThrow(RangeError);
    expect(() => canonicalJson('\ud800')).toThrow(RangeError);
  });
});
