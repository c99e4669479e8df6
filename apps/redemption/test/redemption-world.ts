import { randomBytes, randomUUID } from 'node:crypto';
import { CLOCK, toCalendarDate, toCurrency, type BackfillId, type ClientId, type CreatorId } from '#libs/kernel';
import type { RedemptionId, RewardId } from '#libs/kernel';
import { keyOf, lockLanes, Outbox } from '#libs/messaging';
import { Database, type TenantTransaction } from '#libs/persistence';
import { KeyRing, secretsProviders } from '#libs/secrets';
import { Metrics } from '#libs/service-kit';
import { aClientId, aCreatorId, createTestDatabase, frozenClock } from '#libs/testing';
import { Test } from '@nestjs/testing';
import type { Reward } from '../src/domain/reward/reward.ts';
import type { Backfill } from '../src/persistence/backfill-row.ts';
import { BackfillRepository } from '../src/persistence/backfill.repository.ts';
import { ClientPartitionRepository } from '../src/persistence/client-partition.repository.ts';
import type { RedemptionView } from '../src/persistence/redemption-row.ts';
import { RedemptionPageRepository } from '../src/persistence/redemption-page.repository.ts';
import { RewardCountRepository } from '../src/persistence/reward-count.repository.ts';
import { PARTS } from '../src/redemption.module.ts';
import { ApplyTierChanges } from '../src/use-cases/apply-tier-changes.ts';
import { CarryOnBackfill } from '../src/use-cases/carry-on-backfill.ts';
import { ClaimRedemption } from '../src/use-cases/claim-redemption.ts';
import { CreateReward, type NewReward } from '../src/use-cases/create-reward.ts';
import { FollowClient } from '../src/use-cases/follow-client.ts';
import { RegisterCreators } from '../src/use-cases/register-creators.ts';
import { SwitchReward } from '../src/use-cases/switch-reward.ts';
import { countFaults, EAGER_RULE, reasonFaults } from './grant-faults.ts';
import { ADDRESS } from './offers.ts';

export { BOOST, DISCOUNT, GIFT_CARD, SPARK_ADS } from './offers.ts';

export const NOW = '2026-03-25T15:00:00.000Z';
/** A Wednesday. */
export const TODAY = '2026-03-25';

/** The service's use cases on a database of their own, fed without Kafka. */
export async function openRedemptionWorld() {
  const testDatabase = await createTestDatabase('redemption');
  const database = testDatabase.database('redemption');
  const module = await Test.createTestingModule({
    providers: [
      ...PARTS,
      { provide: Database, useValue: database },
      { provide: Outbox, useValue: new Outbox('redemption', 'laurel/redemption') },
      { provide: CLOCK, useValue: frozenClock(NOW) },
      { provide: Metrics, useValue: new Metrics('redemption') },
      ...secretsProviders({ service: 'redemption', keys: aKeyRing() }),
    ],
  }).compile();
  return {
    testDatabase,
    database,
    get: <T>(part: new (...args: never[]) => T): T => module.get(part),
    client: async () => {
      const client = new ClientWorld(database, (part) => module.get(part));
      await client.open();
      return client;
    },
  };
}

function aKeyRing(): KeyRing {
  return new KeyRing({ keys: [{ id: 'test', key: randomBytes(32) }], file: undefined });
}

export type RedemptionWorld = Awaited<ReturnType<typeof openRedemptionWorld>>;
type Get = <T>(part: new (...args: never[]) => T) => T;

/** One client of a world: four tiers, US dollars, New York. */
export class ClientWorld {
  readonly clientId: ClientId = aClientId();
  readonly #database: Database;
  readonly #get: Get;
  readonly #standing = new Map<CreatorId, { tier: number; tierVersion: number }>();
  /** Where a creator went when it last left a tier. */
  readonly #departures = new Map<string, number>();

  constructor(database: Database, get: Get) {
    this.#database = database;
    this.#get = get;
  }

  async open(): Promise<void> {
    const followClient = this.#get(FollowClient);
    await this.inTenant((tx) => followClient.register(tx));
    const makePartition = () =>
      this.#database.inTransaction((tx) => this.#get(ClientPartitionRepository).make(this.clientId, tx));
    const partitions = this.#get(ClientPartitionRepository);
    while (!(await makePartition()) && !(await this.inTenant((tx) => partitions.exists(tx))));
    await this.inTenant((tx) =>
      followClient.program(
        {
          version: 1,
          currency: toCurrency('USD'),
          timezone: 'America/New_York',
          clearingDays: 20,
          commissionRatesBps: [1_000, 1_200, 1_400, 1_600],
        },
        tx,
      ),
    );
    await this.today(TODAY);
  }

  inTenant<T>(work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.#database.inTenant(this.clientId, work);
  }

  /** As a consumer of these aggregates, or a request about them, works. */
  inLanes<T>(aggregateIds: readonly string[], work: (tx: TenantTransaction) => Promise<T>): Promise<T> {
    return this.inTenant(async (tx) => {
      await lockLanes(
        tx,
        aggregateIds.map((id) => keyOf(this.clientId, id)),
      );
      return work(tx);
    });
  }

  today(date: string): Promise<void> {
    return this.inTenant((tx) => this.#get(FollowClient).programmeDate(toCalendarDate(date), tx));
  }

  async onboard(count: number): Promise<CreatorId[]> {
    const creators = Array.from({ length: count }, () => aCreatorId());
    for (const creatorId of creators) this.#standing.set(creatorId, { tier: 1, tierVersion: 0 });
    await this.inLanes(creators, (tx) => this.#get(RegisterCreators).execute(creators, tx));
    return creators;
  }

  /** One batch of tier changes, as tier-evaluation would have decided them; a creator may move several times in it. */
  async moveTo(...moves: readonly (readonly [CreatorId, number])[]): Promise<void> {
    const changes = moves.map(([creatorId, tierAfter]) => {
      const { tier, tierVersion } = this.#standing.get(creatorId) ?? { tier: 1, tierVersion: 0 };
      this.#standing.set(creatorId, { tier: tierAfter, tierVersion: tierVersion + 1 });
      this.#departures.set(`${creatorId} ${tier}`, tierAfter);
      return { creatorId, tierBefore: tier, tierAfter, tierVersion: tierVersion + 1 };
    });
    const creators = [...new Set(moves.map(([creatorId]) => creatorId))];
    await this.inLanes(creators, (tx) => this.#get(ApplyTierChanges).execute(changes, tx));
  }

  tierOf(creatorId: CreatorId): number {
    return this.#standing.get(creatorId)?.tier ?? 1;
  }

  reward(given: Partial<NewReward> & Pick<NewReward, 'type' | 'value'>): Promise<Reward> {
    const id = randomUUID() as RewardId;
    const wanted: NewReward = {
      id,
      name: 'A reward',
      tier: 2,
      source: 'vip_tier',
      frequency: 'monthly',
      quantity: undefined,
      ...given,
    };
    return this.inLanes([id], (tx) => this.#get(CreateReward).execute(wanted, tx));
  }

  async enabled(given: Partial<NewReward> & Pick<NewReward, 'type' | 'value'>): Promise<Reward> {
    const { id } = await this.reward(given);
    const reward = await this.switchTo(id, true);
    await this.finishBackfills();
    return reward;
  }

  async switchTo(id: RewardId, enabled: boolean): Promise<Reward> {
    return (await this.inTenant((tx) => this.#get(SwitchReward).execute(id, enabled, tx))).reward;
  }

  /** One chunk or step of every job that goes on by itself; small chunks, so that other things happen between them. */
  async carryOn(creatorsPerChunk = 7): Promise<boolean> {
    const jobs = await this.inTenant((tx) => this.#get(BackfillRepository).working(tx));
    let worked = false;
    for (const job of jobs.filter(({ clientId }) => clientId === this.clientId)) {
      worked = (await this.#get(CarryOnBackfill).execute({ creatorsPerChunk, ...job })) || worked;
    }
    return worked;
  }

  async finishBackfills(): Promise<void> {
    while (await this.carryOn());
  }

  backfills(): Promise<Backfill[]> {
    return this.inTenant((tx) => this.#get(BackfillRepository).list({ before: undefined, fetch: 200 }, tx));
  }

  async backfill(id: BackfillId): Promise<Backfill | undefined> {
    return this.inTenant((tx) => this.#get(BackfillRepository).find(id, tx));
  }

  claim(row: { id: RedemptionId; creatorId: CreatorId }, wanted: { date?: string; at?: string } = {}): Promise<void> {
    const scheduledDate = wanted.date === undefined ? undefined : toCalendarDate(wanted.date);
    const scheduledAt = wanted.at === undefined ? undefined : new Date(wanted.at);
    const gift = { shipping: ADDRESS, size: undefined };
    const command = { redemptionId: row.id, creatorId: row.creatorId, scheduledDate, scheduledAt, gift };
    return this.inLanes([row.creatorId], (tx) => this.#get(ClaimRedemption).execute(command, tx));
  }

  /** Oldest first. */
  async rows(of: { creatorId?: CreatorId; rewardId?: RewardId } = {}): Promise<RedemptionView[]> {
    const { rows } = await this.inTenant((tx) =>
      this.#get(RedemptionPageRepository).list(of, { before: undefined, fetch: 10_000 }, tx),
    );
    return rows.toReversed();
  }

  async openRow(of: { creatorId: CreatorId; rewardId: RewardId }): Promise<RedemptionView> {
    const open = (await this.rows(of)).filter((row) => row.status === 'claimable' && !row.hidden);
    if (open.length !== 1 || open[0] === undefined) throw new Error(`${open.length} open rows instead of one`);
    return open[0];
  }

  /** Counts by reward and state that are not what counting the rows says. */
  countFaults(): Promise<unknown[]> {
    return this.inTenant(async (tx) => countFaults(await this.#get(RewardCountRepository).all(tx), tx));
  }

  /** Hidden rows of VIP rewards whose reason is not the first cause of today; jobs are through. */
  reasonFaults(): Promise<unknown[]> {
    const lastDeparture = (creatorId: CreatorId, tier: number) => this.#departures.get(`${creatorId} ${tier}`);
    return this.inTenant((tx) => reasonFaults((creatorId) => this.tierOf(creatorId), lastDeparture, tx));
  }

  /** Creators and rewards that break the eager rule, found by one statement that shares nothing with the service's. */
  eagerRuleFaults(): Promise<unknown[]> {
    return this.inTenant((tx) => tx.many(EAGER_RULE));
  }
}
