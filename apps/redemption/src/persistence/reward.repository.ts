import type { RewardId } from '#libs/kernel';
import { prepared, sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Reward } from '../domain/reward/reward.ts';

const COLUMNS = sql`id, type, name, tier, source, value, frequency, quantity, enabled, version::int AS version`;

@Injectable()
export class RewardRepository {
  async insert(reward: Reward, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO redemption.reward
        (client_id, id, type, name, tier, source, value, frequency, quantity, enabled, version)
      VALUES (${tx.clientId}, ${reward.id}, ${reward.type}, ${reward.name}, ${reward.tier}, ${reward.source},
              ${JSON.stringify(reward.value)}::jsonb, ${reward.frequency}, ${reward.quantity}, ${reward.enabled},
              ${reward.version})`);
  }

  /** Writes what may change; the version is the next one. Claims wait for this, so all are before it or after it. */
  async update(reward: Reward, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE redemption.reward
      SET name = ${reward.name}, frequency = ${reward.frequency}, quantity = ${reward.quantity},
          enabled = ${reward.enabled}, version = ${reward.version},
          allowance_since = CASE WHEN (frequency, quantity) IS DISTINCT FROM (${reward.frequency}, ${reward.quantity}::smallint)
                                 THEN clock_timestamp() ELSE allowance_since END
      WHERE client_id = ${tx.clientId} AND id = ${reward.id} AND version = ${reward.version - 1}`);
  }

  find(id: RewardId, tx: TenantTransaction): Promise<Reward | undefined> {
    return tx.maybeOne<Reward>(prepared('reward', byId(id, tx)));
  }

  findForChange(id: RewardId, tx: TenantTransaction): Promise<Reward | undefined> {
    return tx.maybeOne<Reward>(sql`${byId(id, tx)} FOR NO KEY UPDATE`);
  }

  /** Oldest first. */
  list(window: { after: RewardId | undefined; fetch: number }, tx: TenantTransaction): Promise<Reward[]> {
    const after =
      window.after === undefined
        ? sql``
        : sql`AND (created_at, id) > (SELECT created_at, id FROM redemption.reward
                                      WHERE client_id = ${tx.clientId} AND id = ${window.after})`;
    return tx.many<Reward>(sql`
      SELECT ${COLUMNS} FROM redemption.reward WHERE client_id = ${tx.clientId} ${after}
      ORDER BY created_at, id LIMIT ${window.fetch}`);
  }
}

function byId(id: RewardId, tx: TenantTransaction): Statement {
  return sql`SELECT ${COLUMNS} FROM redemption.reward WHERE client_id = ${tx.clientId} AND id = ${id}`;
}
