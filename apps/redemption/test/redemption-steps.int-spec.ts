import { LaurelError } from '#libs/contracts';
import type { CreatorId, RedemptionId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decideStep, REDEMPTION_STATUSES } from '../src/domain/redemption/redemption-state.ts';
import { REWARD_TYPES, type RewardType } from '../src/domain/reward/reward.ts';
import { MoveRedemption, type AdminStep } from '../src/use-cases/move-redemption.ts';
import {
  BOOST,
  DISCOUNT,
  GIFT_CARD,
  openRedemptionWorld,
  SPARK_ADS,
  type ClientWorld,
  type RedemptionWorld,
} from './redemption-world.ts';

let world: RedemptionWorld;
let client: ClientWorld;
let creatorId: CreatorId;
const rewardOf = new Map<RewardType, string>();

const VALUES: Readonly<Record<RewardType, Record<string, unknown>>> = {
  gift_card: GIFT_CARD.value,
  commission_boost: BOOST.value,
  spark_ads: SPARK_ADS.value,
  discount: DISCOUNT.value,
  physical_gift: { requiresSize: false, displayText: 'Hoodie' },
  experience: { displayText: 'Studio day' },
};

const STEPS: readonly AdminStep[] = [
  { command: 'fulfil' },
  { command: 'conclude' },
  { command: 'deliver' },
  { command: 'ship', carrier: 'UPS', trackingNumber: '1Z' },
];

beforeAll(async () => {
  world = await openRedemptionWorld();
  client = await world.client();
  [creatorId] = (await client.onboard(1)) as [CreatorId];
  for (const type of REWARD_TYPES) rewardOf.set(type, (await client.reward({ type, value: VALUES[type] })).id);
});
afterAll(() => world.testDatabase.drop());

/** A row put into its state by hand: how it came there is not what is tested. */
async function plant(type: RewardType, status: string, shipped: boolean): Promise<RedemptionId> {
  return client.inTenant(async (tx) => {
    const { id } = await tx.one<{ id: RedemptionId }>(sql`
      INSERT INTO redemption.redemption (client_id, reward_id, creator_id, status, tier_at_grant, tier_version_at_grant)
      VALUES (${client.clientId}, ${rewardOf.get(type)}, ${creatorId}, ${status}, 1, 0)
      ON CONFLICT (client_id, reward_id, creator_id) WHERE status = 'claimable' DO UPDATE SET hidden_reason = NULL
      RETURNING id`);
    if (shipped) {
      await tx.execute(sql`
        INSERT INTO redemption.shipment (client_id, redemption_id, carrier, tracking_number, shipped_at)
        VALUES (${client.clientId}, ${id}, 'UPS', '1Z', now())`);
    }
    return id;
  });
}

function state(id: RedemptionId): Promise<{ status: string; steps: number; parcels: number }> {
  return client.inTenant((tx) =>
    tx.one<{ status: string; steps: number; parcels: number }>(sql`
      SELECT status, (SELECT count(*)::int FROM redemption.redemption_transition WHERE redemption_id = d.id) AS steps,
             (SELECT count(*)::int FROM redemption.shipment WHERE redemption_id = d.id) AS parcels
      FROM redemption.redemption d WHERE client_id = ${client.clientId} AND id = ${id}`),
  );
}

const CASES = REWARD_TYPES.flatMap((type) =>
  REDEMPTION_STATUSES.flatMap((status) =>
    STEPS.flatMap((step) => [false, true].map((shipped) => ({ type, status, step, shipped, command: step.command }))),
  ),
).filter(({ type, status, shipped }) => !shipped || (type === 'physical_gift' && status === 'claimed'));

it.each(CASES)('$type that is $status, shipped $shipped: $command', async ({ type, status, step, shipped }) => {
  const decision = decideStep({ type, status, shipped, source: 'vip_tier' }, step.command, 'admin');
  const id = await plant(type, status, shipped);
  const before = await state(id);
  const move = client.inTenant((tx) =>
    world.get(MoveRedemption).execute({ redemptionId: id, step, adminId: 'admin-1', notes: 'sent by mail' }, tx),
  );
  if (decision.kind === 'illegal') {
    const refusal = await move.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LaurelError);
    expect(refusal).toMatchObject({ code: 'redemption.illegal_state' });
    expect(await state(id)).toEqual(before);
  } else {
    await move;
    const parcels = before.parcels + (step.command === 'ship' ? 1 : 0);
    expect(await state(id)).toEqual({ status: decision.to, steps: before.steps + 1, parcels });
  }
});

it('the database itself refuses a step that is not in the table', async () => {
  const id = await plant('gift_card', 'claimed', false);
  const back = client.inTenant((tx) =>
    tx.execute(sql`
      UPDATE redemption.redemption SET status = 'claimable' WHERE client_id = ${client.clientId} AND id = ${id}`),
  );
  await expect(back).rejects.toThrow('no step leads from claimed to claimable');
});

it('terms and history are append-only for the service itself', async () => {
  for (const table of ['claim', 'redemption_transition', 'shipment']) {
    const statement = { text: `DELETE FROM redemption.${table}`, values: [] };
    await expect(client.inTenant((tx) => tx.execute(statement))).rejects.toThrow('permission denied');
  }
  const fixed = { text: `UPDATE redemption.reward SET type = 'discount'`, values: [] };
  await expect(client.inTenant((tx) => tx.execute(fixed))).rejects.toThrow('permission denied');
});
