import { BackfillProgressedV1, newEvent } from '#libs/contracts';
import type { BackfillId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Backfill } from '../persistence/backfill-row.ts';
import { BackfillRepository } from '../persistence/backfill.repository.ts';
import type { GrantEffects, GrantedRow } from '../persistence/grant.repository.ts';

type ChangedRows = Pick<GrantEffects, 'hidden' | 'broughtBack' | 'created'>;

const NOTHING: ChangedRows = { hidden: [], broughtBack: [], created: [] };

/** Tells of a chunk, or of a change of the job's status. The lane of the reward's key is held. */
@Injectable()
export class AnnounceBackfill {
  constructor(
    private readonly backfills: BackfillRepository,
    private readonly outbox: Outbox,
  ) {}

  async execute(id: BackfillId, tx: TenantTransaction, effects: ChangedRows = NOTHING): Promise<Backfill> {
    const job = await this.backfills.countEvent(id, tx);
    const { eligible, created, broughtBack, alreadyOpen, hidden } = job.totals;
    await this.outbox.append(tx, [
      newEvent(BackfillProgressedV1, {
        clientId: tx.clientId,
        aggregateId: job.rewardId,
        subject: id,
        aggregateVersion: job.eventVersion,
        data: {
          rewardId: job.rewardId,
          status: job.status,
          created: idsOf(effects.created),
          broughtBack: idsOf(effects.broughtBack),
          hidden: idsOf(effects.hidden),
          totals: { eligible, created, broughtBack, alreadyOpen, hidden },
        },
      }),
    ]);
    return job;
  }
}

function idsOf(rows: readonly GrantedRow[]): string[] {
  return rows.map((row) => row.id);
}
