import type { ClientId, RewardId } from '#libs/kernel';
import { sql, trustedSql, type Statement, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { COUNTED_STATES, type CountedState } from './counted-states.ts';

/** How many redemptions of a reward are in each state. */
export type RewardCounts = Readonly<Record<CountedState['name'], number>>;

const NAMES = COUNTED_STATES.map((state) => state.name);
const list = (of: (name: string) => string) => trustedSql(NAMES.map(of).join(', '));

@Injectable()
export class RewardCountRepository {
  /** Exact as of this statement. Rewards that have no redemption are not among them. */
  async all(tx: TenantTransaction): Promise<ReadonlyMap<RewardId, RewardCounts>> {
    return this.#read(sql``, tx);
  }

  async of(rewardId: RewardId, tx: TenantTransaction): Promise<RewardCounts> {
    const counts = await this.#read(sql`AND reward_id = ${rewardId}`, tx);
    return counts.get(rewardId) ?? (Object.fromEntries(NAMES.map((name) => [name, 0])) as RewardCounts);
  }

  async clientsWithDeltas(tx: Transaction): Promise<ClientId[]> {
    const rows = await tx.many<{ client_id: ClientId }>(
      sql`SELECT DISTINCT client_id FROM redemption.reward_count_delta ORDER BY client_id`,
    );
    return rows.map((row) => row.client_id);
  }

  /** Adds up what has been appended. Another process that does the same waits for these rows and finds none left. */
  async fold(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      WITH folded AS (DELETE FROM redemption.reward_count_delta WHERE client_id = ${tx.clientId} RETURNING *)
      INSERT INTO redemption.reward_count AS c (client_id, reward_id, ${list((name) => name)})
      SELECT client_id, reward_id, ${list((name) => `sum(${name})`)} FROM folded GROUP BY client_id, reward_id
      ON CONFLICT (client_id, reward_id) DO UPDATE SET ${list((name) => `${name} = c.${name} + excluded.${name}`)}`);
  }

  async #read(only: Statement, tx: TenantTransaction): Promise<ReadonlyMap<RewardId, RewardCounts>> {
    const rows = await tx.many<RewardCounts & { readonly rewardId: RewardId }>(sql`
      SELECT reward_id AS "rewardId", ${list((name) => `sum(${name})::float8 AS ${name}`)}
      FROM (SELECT reward_id, ${list((name) => name)} FROM redemption.reward_count
            WHERE client_id = ${tx.clientId} ${only}
            UNION ALL
            SELECT reward_id, ${list((name) => name)} FROM redemption.reward_count_delta
            WHERE client_id = ${tx.clientId} ${only}) AS part
      GROUP BY reward_id`);
    return new Map(rows.map(({ rewardId, ...counts }) => [rewardId, counts]));
  }
}
