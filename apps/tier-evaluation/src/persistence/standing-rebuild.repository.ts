import type { CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Mismatch, StandingKind } from '../domain/rebuild/compare-standing.ts';

/** What a rebuild has changed of one creator. */
export interface RebuiltStanding {
  readonly creatorId: CreatorId;
  readonly lane: number;
  readonly mismatches: readonly Mismatch<StandingKind>[];
}

@Injectable()
export class StandingRebuildRepository {
  async append(tx: TenantTransaction, rebuilt: readonly RebuiltStanding[], rebuiltBy: string): Promise<void> {
    const changes = rebuilt.map(({ mismatches }) =>
      JSON.stringify(
        Object.fromEntries(mismatches.map(({ kind, expected, found }) => [kind, { before: found, after: expected }])),
      ),
    );
    await tx.execute(sql`
      INSERT INTO tier_evaluation.standing_rebuild (client_id, creator_id, changes, rebuilt_by)
      SELECT ${tx.clientId}::uuid, creator_id, changes, ${rebuiltBy}
      FROM unnest(${rebuilt.map(({ creatorId }) => creatorId)}::uuid[], ${changes}::jsonb[]) AS one (creator_id, changes)`);
  }

  /** No rule ever changes a creator's lane, so no other statement writes it. */
  async putLanes(tx: TenantTransaction, rebuilt: readonly RebuiltStanding[]): Promise<void> {
    await tx.execute(sql`
      UPDATE tier_evaluation.standing s SET lane = one.lane
      FROM unnest(${rebuilt.map(({ creatorId }) => creatorId)}::uuid[],
                  ${rebuilt.map(({ lane }) => lane)}::smallint[]) AS one (creator_id, lane)
      WHERE s.client_id = ${tx.clientId} AND s.creator_id = one.creator_id AND s.lane <> one.lane`);
  }
}
