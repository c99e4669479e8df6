import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { QueryRunner } from 'typeorm';
import { verifyChain, verifyStatement } from '../../../packages/laurel-verify/src/verify.mjs';
import type { Boost } from '../src/domain/boost/boost.ts';
import { FinalAmountRepository } from '../src/persistence/final-amount.repository.ts';
import { PayoutAttemptRepository } from '../src/persistence/payout-attempt.repository.ts';
import { SetFinalAmount } from '../src/use-cases/set-final-amount.ts';
import { linkText } from '../src/domain/statement/statement-chain.ts';
import { chainLines } from '../src/http/statement-on-wire.ts';
import { Statements1795622400021 } from '../src/migrations/1795622400021-statements.ts';
import { ClientWorld, openBoostWorld, refusalOf, type BoostWorld } from './boost-world.ts';
import { openStatements, type StatementWorld } from './statement-world.ts';

let world: BoostWorld;
let statements: StatementWorld;
let client: ClientWorld;
let creatorId: CreatorId;

beforeAll(async () => {
  world = await openBoostWorld();
  statements = openStatements(world.database);
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new ClientWorld(world);
  creatorId = aCreatorId();
});

const gmv = (minor: bigint) => new Map([[creatorId, minor]]);
const fileOf = (boost: Boost, version?: number) => statements.file(boost, client.clientId, version);
const documentOf = (boost: Boost, version?: number) => statements.document(boost, client.clientId, version);
const findingsOf = async (boost: Boost, version?: number) => verifyStatement(await fileOf(boost, version)).findings;

/** Read at 1,000.00 on the 6th and at 1,575.00 on the 13th, by three files. */
async function expiredBoost(): Promise<Boost> {
  const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
  await client.feedAndApply('2026-01-05', gmv(90_000n));
  await client.feedAndApply('2026-01-06', gmv(100_000n));
  await client.feedAndApply('2026-01-09', gmv(170_000n));
  await client.feedAndApply('2026-01-10');
  await client.feedAndApply('2026-01-12', gmv(150_000n));
  await client.feedAndApply('2026-01-13', gmv(157_500n));
  return client.boost(id);
}

const setFinal = (boost: Boost, amount: string, reason = 'agreed with the creator') =>
  client.inLane(creatorId, (tx) =>
    world.setFinalAmount.execute({ boostId: boost.id, amount, currency: undefined, reason, adminId: 'admin-1' }, tx),
  );

async function pay(boost: Boost): Promise<void> {
  const account = { method: 'paypal' as const, account: 'jane.doe@example.com' };
  await world.database.inTenant(client.clientId, (tx) =>
    world.submitPaymentDetails.execute({ boostId: boost.id, creatorId, account }, tx),
  );
  const order = { boostId: boost.id, adminId: 'admin-2', transactionId: 'TX-1', overrideHoldReason: 'creator asked' };
  await client.inLane(creatorId, (tx) => world.payBoost.execute(order, tx));
}

describe('a statement', () => {
  it('tells readings, entries between them and every figure, and is valid by itself', async () => {
    const boost = await expiredBoost();
    const document = await documentOf(boost);
    expect(document).toMatchObject({
      schema: 'laurel.statement/1',
      version: 1,
      creatorId,
      currency: { code: 'USD', decimals: 2 },
      activation: {
        sync: { sequence: 2, businessDate: '2026-01-06', previousBusinessDate: '2026-01-05' },
        gmvMinor: '100000',
      },
      expiry: {
        expiryDate: '2026-01-13',
        payableFrom: '2026-02-02',
        sync: { sequence: 6, previousBusinessDate: '2026-01-12' },
      },
      corrections: [],
      calculation: { deltaMinor: '57500', payableMinor: '57500', payoutMinor: '2875' },
      amounts: { calculatedMinor: '2875', finalMinor: '2875', paidMinor: '0' },
    });
    expect(document.entries.map((entry) => [entry.syncSequence, entry.differenceMinor, entry.gmvMinor])).toEqual([
      [3, '70000', '170000'],
      [5, '-20000', '150000'],
      [6, '7500', '157500'],
    ]);
    expect(await findingsOf(boost)).toEqual([]);
  });

  it('is not there before the boost has expired', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    expect(await refusalOf(fileOf(await client.boost(id)))).toMatch(/once it has expired/);
    await client.feedAndApply('2026-01-06', gmv(100_000n));
    await expect(fileOf(await client.boost(id))).rejects.toMatchObject({
      code: 'boost.not_expired',
      extra: { expiryDate: '2026-01-13' },
    });
  });

  it('gets a version for each change, told at once, and every former one stays as it was', async () => {
    const boost = await expiredBoost();
    const first = await fileOf(boost);
    await setFinal(boost, '30.00', 'rounded up for a friend');
    await setFinal(boost, '31.00');
    expect(await documentOf(boost)).toMatchObject({
      version: 3,
      adjustments: [
        { number: 1, amountMinor: '3000', by: 'admin-1' },
        { number: 2, amountMinor: '3100' },
      ],
      amounts: { calculatedMinor: '2875', finalMinor: '3100', paidMinor: '0' },
    });
    await pay(boost);
    expect(await documentOf(boost)).toMatchObject({
      version: 4,
      payments: [{ amountMinor: '3100', by: 'admin-2', transactionId: 'TX-1', holdOverridden: true }],
      amounts: { paidMinor: '3100' },
    });
    expect(await documentOf(boost, 2)).toMatchObject({ amounts: { finalMinor: '3000' }, payments: [] });
    expect(await fileOf(boost, 1)).toBe(first);
    for (const version of [1, 2, 3, 4]) expect(await findingsOf(boost, version)).toEqual([]);
    expect(await refusalOf(fileOf(boost, 5))).toMatch(/no such version/);
  });

  it('holds no reason, only its digest: without the text it is as valid as with it', async () => {
    const boost = await expiredBoost();
    const reason = 'Jane’s "own" <words> & more';
    await setFinal(boost, '30.00', reason);
    const file = await fileOf(boost);
    const { statement, reasons } = JSON.parse(file) as { statement: object; reasons: unknown[] };
    expect(JSON.stringify(statement)).not.toContain('Jane');
    expect(reasons).toEqual([{ adjustment: 1, salt: expect.stringMatching(/^[0-9a-f]{32}$/), text: reason }]);
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(
        sql`UPDATE commission_boost.final_amount SET reason = NULL, reason_salt = NULL WHERE boost_id = ${boost.id}`,
      ),
    );
    expect(JSON.parse(await fileOf(boost))).toMatchObject({ statement, reasons: [] });
    expect(await findingsOf(boost)).toEqual([]);
  });

  it('tells corrections after a reading, and what they would have made of it', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(100_000n));
    await client.feedAndApply('2026-01-06', gmv(104_000n));
    await client.feedAndApply('2026-01-13', gmv(157_500n));
    const boost = await client.boost(id);
    expect(await documentOf(boost)).toMatchObject({
      version: 1,
      corrections: [{ reading: 'activation', syncSequence: 2, differenceMinor: '4000' }],
      calculation: { deltaMinor: '57500', withCorrections: { deltaMinor: '53500', payoutMinor: '2675' } },
    });
    await client.feedAndApply('2026-01-13', gmv(150_000n));
    expect(await documentOf(boost)).toMatchObject({
      version: 2,
      corrections: [{ reading: 'activation' }, { reading: 'expiry', syncSequence: 4, differenceMinor: '-7500' }],
      calculation: { payoutMinor: '2875', withCorrections: { deltaMinor: '46000', payoutMinor: '2300' } },
    });
    for (const version of [1, 2]) expect(await findingsOf(boost, version)).toEqual([]);
  });

  it('tells corrections of the first reading also when it is made before they were looked at', async () => {
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(100_000n));
    await client.feedAndApply('2026-01-06', gmv(104_000n));
    await client.feedAndApply('2026-01-13', gmv(157_500n));
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`DELETE FROM commission_boost.reading_correction WHERE boost_id = ${id}`),
    );
    const boost = await client.boost(id);
    expect((await documentOf(boost)).corrections).toMatchObject([{ reading: 'activation', differenceMinor: '4000' }]);
    expect(await findingsOf(boost)).toEqual([]);
  });

  it('keeps the order in which it happened, though the clocks of two processes differ', async () => {
    const boost = await expiredBoost();
    const fast = { now: () => new Date(Date.now() + 3_600_000) };
    const set = new SetFinalAmount(
      world.boosts,
      new FinalAmountRepository(),
      new PayoutAttemptRepository(),
      fast,
      world.raiseAlerts,
    );
    const order = {
      boostId: boost.id,
      amount: '30.00',
      currency: undefined,
      reason: 'by a fast clock',
      adminId: 'a-1',
    };
    await client.inLane(creatorId, (tx) => set.execute(order, tx));
    await setFinal(boost, '31.00');
    await pay(boost);
    expect(await findingsOf(boost)).toEqual([]);
  });
});

describe('the chain of a client', () => {
  it('holds the versions of all boosts in the order of their making, link by link', async () => {
    const boost = await expiredBoost();
    await statements.untilMade(client.clientId);
    await setFinal(boost, '30.00');
    await pay(boost);
    const file = await fileOf(boost);
    const links = await statements.chain(client.clientId);
    expect(links.map(({ position, version }) => [position, version])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const { hash } = links[2] ?? {};
    expect(await statements.read.head(client.clientId)).toEqual({ position: 3, hash });

    const lines: string[] = [];
    for await (const part of chainLines(statements.read.chain(client.clientId), () => true))
      lines.push(...part.trim().split('\n'));
    expect(await verifyChain(lines, { file: JSON.parse(file), head: hash as string })).toMatchObject({
      findings: [],
      latestVersion: 3,
    });
  });

  it('is made once, whoever makes it and however often: several at once, and some that ask', async () => {
    const creators = [creatorId, ...Array.from({ length: 30 }, aCreatorId)];
    const all = (minor: bigint) => new Map(creators.map((id) => [id, minor]));
    const claimed = [];
    for (const id of creators)
      claimed.push(await client.claim({ creatorId: id, scheduledDate: '2026-01-06', durationDays: 7 }));
    await client.feedAndApply('2026-01-06', all(100_000n));
    await client.feedAndApply('2026-01-13', all(110_010n));
    const asked = await Promise.all(claimed.slice(0, 4).map(({ id }) => client.boost(id)));
    await Promise.all([
      ...asked.map((boost) => fileOf(boost)),
      ...Array.from({ length: 4 }, () => statements.make.execute(client.clientId)),
    ]);
    await statements.untilMade(client.clientId);
    const links = await statements.chain(client.clientId);
    expect(links.map(({ position }) => position)).toEqual(creators.map((_id, index) => index + 1));
    expect(new Set(links.map(({ boostId }) => boostId)).size).toBe(creators.length);
    for (const { id } of claimed.slice(0, 3)) expect(await findingsOf(await client.boost(id))).toEqual([]);
  });

  it('is not made while a sync moves boosts: the sync does not wait for it', async () => {
    await client.claim({ creatorId, scheduledDate: '2026-01-06', durationDays: 7 });
    await client.feedAndApply('2026-01-06', gmv(100_000n));
    await client.feedAndApply('2026-01-13', gmv(110_000n));
    const other = aCreatorId();
    await client.claim({ creatorId: other, scheduledDate: '2026-01-13', durationDays: 7 });
    expect(await statements.make.execute(client.clientId)).toBe(0);
    await world.moveDueBoosts.execute(client.clientId);
    expect(await statements.make.execute(client.clientId)).toBe(1);
  });
});

describe('what the database refuses', () => {
  const rows = async () =>
    world.database.inTenant(client.clientId, (tx) =>
      tx.many<{ position: string; hash: string; digest: string }>(
        sql`SELECT position, hash, digest FROM commission_boost.statement ORDER BY position`,
      ),
    );
  const asRunning = (statement: ReturnType<typeof sql>) =>
    refusalOf(world.database.inTenant(client.clientId, (tx) => tx.execute(statement)));
  const appended = (boost: Boost, of: { position: number; previous: string; digest?: string; hash?: string }) => {
    const document = '{}';
    const digest = of.digest ?? '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
    const hash =
      of.hash === undefined
        ? sql`encode(sha256(convert_to(${linkText(of.position, of.previous, digest)}, 'UTF8')), 'hex')`
        : sql`${of.hash}`;
    return asRunning(sql`
      INSERT INTO commission_boost.statement
        (client_id, position, boost_id, version, document, digest, previous, hash, adjustment_count, correction_count, is_paid)
      VALUES (${client.clientId}, ${of.position}, ${boost.id}, 9, ${document}, ${digest}, ${of.previous}, ${hash}, 0, 0, false)`);
  };

  it('is a statement that is changed, removed, or asked for by the service itself', async () => {
    await fileOf(await expiredBoost());
    for (const statement of [
      sql`UPDATE commission_boost.statement SET document = '{}'`,
      sql`DELETE FROM commission_boost.statement`,
      sql`INSERT INTO commission_boost.statement_request (client_id, boost_id, adjustment_count, is_paid)
          VALUES (${client.clientId}, ${aCreatorId()}, 0, false)`,
      sql`UPDATE commission_boost.final_amount SET reason = NULL`,
    ]) {
      expect(await asRunning(statement)).toMatch(/permission denied/);
    }
  });

  it('is a link that does not hold: another digest, another hash, a gap, a fork', async () => {
    const boost = await expiredBoost();
    await fileOf(boost);
    const [only] = await rows();
    const previous = only?.hash as string;
    const zeros = '0'.repeat(64);
    expect(await appended(boost, { position: 2, previous, digest: zeros })).toMatch(/statement_digest_check|check/);
    expect(await appended(boost, { position: 2, previous, hash: zeros })).toMatch(/check/);
    expect(await appended(boost, { position: 3, previous })).toMatch(/foreign key/);
    expect(await appended(boost, { position: 2, previous: zeros })).toMatch(/foreign key/);
    expect(await appended(boost, { position: 1, previous })).toMatch(/unique|check/);
  });
});

describe('boosts that ended before there were statements', () => {
  /** As the schema was before the migration, with what is in it. */
  const UNDONE = `
    UPDATE commission_boost.final_amount SET reason = 'erased by another test', reason_salt = '' WHERE reason IS NULL;
    SET LOCAL ROLE laurel_commission_boost_owner;
    DROP TRIGGER request_statements ON commission_boost.boost;
    DROP TRIGGER digest_reason ON commission_boost.final_amount;
    DROP FUNCTION commission_boost.request_statements, commission_boost.digest_reason;
    DROP TABLE commission_boost.statement, commission_boost.statement_request;
    ALTER TABLE commission_boost.final_amount DROP COLUMN reason_salt, DROP COLUMN reason_digest;`;

  it('have one, with all that had been set and paid by then, and no reason in it', async () => {
    const [unpaid, paid] = [await expiredBoost(), new ClientWorld(world)];
    const other = aCreatorId();
    const { id } = await paid.claim({ creatorId: other, scheduledDate: '2026-01-06', durationDays: 7 });
    await paid.feedAndApply('2026-01-06', new Map([[other, 100_000n]]));
    await paid.feedAndApply('2026-01-13', new Map([[other, 90_000n]]));
    const order = { boostId: id, adminId: 'admin-2', transactionId: null, overrideHoldReason: 'nothing to pay' };
    await paid.inLane(other, (tx) => world.payBoost.execute(order, tx));
    await setFinal(unpaid, '30.00', 'of before the migration');
    const active = aCreatorId();
    await client.claim({ creatorId: active, scheduledDate: '2026-01-20' });

    await world.testDatabase.asAdmin(async (tx) => {
      const query = (text: string) => tx.many({ text, values: [] });
      await query(UNDONE);
      await new Statements1795622400021().up({ query } as unknown as QueryRunner);
    });

    expect(await documentOf(unpaid)).toMatchObject({ version: 1, amounts: { finalMinor: '3000', paidMinor: '0' } });
    expect(JSON.parse(await fileOf(unpaid))).toMatchObject({ reasons: [{ text: 'of before the migration' }] });
    expect(await findingsOf(unpaid)).toEqual([]);
    const zero = await statements.file(await paid.boost(id), paid.clientId);
    expect(verifyStatement(zero).findings).toEqual([]);
    expect(JSON.parse(zero)).toMatchObject({
      statement: { version: 1, calculation: { deltaMinor: '-10000' }, payments: [{ transactionId: 'zero' }] },
    });
    expect(await statements.make.execute(client.clientId)).toBe(0);
    await setFinal(unpaid, '31.00');
    expect(await documentOf(unpaid)).toMatchObject({ version: 2, amounts: { finalMinor: '3100' } });
  });
});
