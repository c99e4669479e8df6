import type { CreatorId, RewardId } from '#libs/kernel';
import { sql, trustedSql } from '#libs/persistence';
import { explained } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REDEMPTION_STATUSES, type RedemptionStatus } from '../src/domain/redemption/redemption-state.ts';
import { RedemptionPageRepository, type RedemptionFilter } from '../src/persistence/redemption-page.repository.ts';
import { GIFT_CARD, openRedemptionWorld, type ClientWorld, type RedemptionWorld } from './redemption-world.ts';

/** More than a page that is filtered by `hidden` looks through. */
const BIG = 7_000;
const SMALL = 3_000;
const PAGE = 50;
const LOOKED_THROUGH = 5_000;

let world: RedemptionWorld;
let client: ClientWorld;
let big: RewardId;
let small: RewardId;
let creator: CreatorId;

beforeAll(async () => {
  world = await openRedemptionWorld();
  client = await world.client();
  big = (await client.reward({ ...GIFT_CARD, tier: 1 })).id;
  small = (await client.reward({ ...GIFT_CARD, tier: 1 })).id;
  creator = await plant();
  await analysed();
}, 60_000);
afterAll(() => world.testDatabase.drop());

/** Two old ones of `big` are hidden; of `small` all but a few, half of them older than `big`; one in nine was claimed. */
async function plant(): Promise<CreatorId> {
  return client.inTenant(async (tx) => {
    const smallRows = (from: number, to: number) =>
      tx.execute(sql`
        INSERT INTO redemption.redemption (client_id, reward_id, creator_id, hidden_reason, tier_at_grant, tier_version_at_grant)
        SELECT ${tx.clientId}, ${small}, md5(n::text)::uuid, CASE WHEN n > 7 THEN 'reward_disabled' END, 1, 0
        FROM generate_series(${from}::int, ${to}::int) AS n`);
    await smallRows(1, SMALL / 2);
    await tx.execute(sql`
      INSERT INTO redemption.redemption (client_id, reward_id, creator_id, status, hidden_reason, tier_at_grant, tier_version_at_grant)
      SELECT ${tx.clientId}, ${big}, md5(n::text)::uuid,
             CASE WHEN n % 9 = 1 THEN (ARRAY['claimed', 'fulfilled', 'concluded', 'rejected'])[1 + n / 9 % 4] ELSE 'claimable' END,
             CASE WHEN n IN (2, 500) THEN 'tier_change_tier_1_to_tier_2' END, 1, 0
      FROM generate_series(1, ${BIG}::int) AS n`);
    await smallRows(SMALL / 2 + 1, SMALL);
    return tx.one<{ id: CreatorId }>(sql`SELECT md5('4')::uuid AS id`).then(({ id }) => id);
  });
}

async function analysed(): Promise<void> {
  const partition = trustedSql(`redemption.redemption_${client.clientId.replaceAll('-', '')}`);
  await world.testDatabase.asAdmin((tx) => tx.execute(sql`ANALYZE ${partition}`));
}

const page = (filter: RedemptionFilter, before?: string, fetch = PAGE) =>
  client.inTenant((tx) => world.get(RedemptionPageRepository).list(filter, { before, fetch }, tx));

async function walk(filter: RedemptionFilter, fetch: number): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  for (let pages = 1, before: string | undefined; ; pages += 1) {
    const { rows, endsAt }: Awaited<ReturnType<typeof page>> = await page(filter, before, fetch);
    ids.push(...rows.map((row) => row.id));
    before = rows.length === fetch ? rows.at(-1)?.id : endsAt;
    if (before === undefined) return { ids, pages };
  }
}

function everything(filter: RedemptionFilter): Promise<string[]> {
  return client.inTenant(async (tx) => {
    const rows = await tx.many<{ id: string }>(sql`
      SELECT id FROM redemption.redemption d
      WHERE client_id = ${tx.clientId} AND status = coalesce(${filter.status ?? null}, status)
        AND reward_id = coalesce(${filter.rewardId ?? null}::uuid, reward_id)
        AND creator_id = coalesce(${filter.creatorId ?? null}::uuid, creator_id)
        AND (hidden_reason IS NOT NULL) = coalesce(${filter.hidden ?? null}, hidden_reason IS NOT NULL)
      ORDER BY id DESC`);
    return rows.map((row) => row.id);
  });
}

const STATUSES: (RedemptionStatus | undefined)[] = [undefined, ...REDEMPTION_STATUSES];
const COMBINATIONS = STATUSES.flatMap((status) =>
  (['none', 'big', 'small'] as const).flatMap((reward) =>
    [false, true].flatMap((ofCreator) =>
      [undefined, false, true].map((hidden) => ({ status, reward, ofCreator, hidden })),
    ),
  ),
);

function filterOf({ status, reward, ofCreator, hidden }: (typeof COMBINATIONS)[number]): RedemptionFilter {
  const rewardId = { none: undefined, big, small }[reward];
  return { status, rewardId, creatorId: ofCreator ? creator : undefined, hidden };
}

describe('pages of redemptions', () => {
  it('have, page after page, what is asked for: all of it, each once, newest first', async () => {
    for (const combination of COMBINATIONS) {
      const filter = filterOf(combination);
      const { ids } = await walk(filter, 5_000);
      expect({ combination, ids }).toEqual({ combination, ids: await everything(filter) });
    }
  }, 60_000);

  it('read by an index no more than the page, and by `hidden` no more than a page may look through', async () => {
    const wrong: unknown[] = [];
    for (const combination of COMBINATIONS) {
      const statements = await explained(world.database, () => page(filterOf(combination)));
      const reads = statements.flatMap(({ plan }) => readsOf(plan as unknown as Plan));
      const rows = reads.reduce((sum, read) => sum + read.rows, 0);
      const most = combination.hidden === undefined || combination.ofCreator ? 8 * PAGE : 3 * LOOKED_THROUGH;
      if (rows > most || reads.some((read) => read.how === 'Seq Scan')) wrong.push({ combination, rows, reads });
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('come to an end where few are found, and find them on a later one', async () => {
    const { rows, endsAt } = await page({ rewardId: big, hidden: true });
    expect(rows).toEqual([]);
    expect(endsAt).toBeDefined();
    const { ids, pages } = await walk({ rewardId: big, hidden: true }, PAGE);
    expect(ids).toHaveLength(2);
    expect(pages).toBeLessThanOrEqual(1 + BIG / LOOKED_THROUGH);
  });

  it('do not look where the counts know of nothing', async () => {
    const statements = await explained(world.database, () =>
      page({ rewardId: small, status: 'claimed', hidden: false }),
    );
    expect(statements.flatMap(({ plan }) => readsOf(plan as unknown as Plan))).toEqual([]);
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows of redemptions that a plan has looked at, whether they came out or not. */
function readsOf(plan: Plan): { how: string; rows: number }[] {
  const { 'Node Type': how, 'Actual Rows': out, 'Actual Loops': loops, 'Rows Removed by Filter': removed = 0 } = plan;
  const own = /^redemption_[0-9a-f]{32}$/.test(plan['Relation Name'] ?? '') && loops > 0;
  const below = (plan.Plans ?? []).flatMap(readsOf);
  return own ? [{ how, rows: (out + removed) * loops }, ...below] : below;
}
