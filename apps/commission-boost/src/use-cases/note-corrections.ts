import { BoostReadingCorrectedV1, newEvent } from '#libs/contracts';
import { CLOCK, type Clock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { NewAlert } from '../domain/alert/alert.ts';
import type { Correction } from '../domain/boost/correction.ts';
import { ReadingCorrectionRepository } from '../persistence/reading-correction.repository.ts';
import type { MadeSteps } from './make-due-steps.ts';
import { RaiseAlerts } from './raise-alerts.ts';

/** Notes, and tells, what a later sync of a reading's own business date has changed. The reading stays as it is. */
@Injectable()
export class NoteCorrections {
  constructor(
    private readonly corrections: ReadingCorrectionRepository,
    private readonly raiseAlerts: RaiseAlerts,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The lane must be held. @param work readings to look at once more, and how many sales are looked at, at most */
  async execute(
    lane: number,
    work: { readonly readBeforeFurtherFiles: MadeSteps['readBeforeFurtherFiles']; readonly limit: number },
    tx: TenantTransaction,
  ): Promise<void> {
    const at = this.clock.now();
    await this.corrections.recheck(work.readBeforeFurtherFiles, lane, tx);
    const corrections = await this.corrections.note(lane, work.limit, at, tx);
    await this.outbox.append(
      tx,
      corrections.map(({ differenceMinor, ...correction }) =>
        newEvent(BoostReadingCorrectedV1, {
          clientId: tx.clientId,
          aggregateId: correction.creatorId,
          subject: caseOf(correction),
          aggregateVersion: 1,
          data: { ...correction, differenceMinor: differenceMinor.toString(), notedAt: at.toISOString() },
        }),
      ),
    );
    await this.raiseAlerts.execute(corrections.map(alertOf), tx);
  }
}

function caseOf({ boostId, reading, syncSequence }: Omit<Correction, 'differenceMinor'>): string {
  return `${boostId}:${reading}:${syncSequence}`;
}

function alertOf(correction: Correction): NewAlert {
  const { boostId, creatorId, reading, businessDate, syncSequence, syncId, differenceMinor } = correction;
  return {
    kind: 'corrected_after_reading',
    creatorId,
    boostId,
    subject: caseOf(correction),
    facts: { reading, businessDate, syncSequence, syncId, differenceMinor: differenceMinor.toString() },
  };
}
