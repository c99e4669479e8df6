import type { CalendarDate, SyncId } from '#libs/kernel';
import type { Program } from '../program/program.ts';
import { applyEarlierPublication } from './apply-publication.ts';
import type { Progress } from './progress.ts';
import { nothingToBook, takeSteps } from './take-steps.ts';

/** The client's watermark has reached a sync's business date: a creator without an event in that sync is reviewed. */
export function handleWatermark(
  progress: Progress,
  reached: { readonly date: CalendarDate; readonly syncId: SyncId },
  program: Program,
): Progress {
  const { date, syncId } = reached;
  const occasion = { reviewFirst: date, book: nothingToBook, date, cause: { kind: 'sync', syncId } } as const;
  return takeSteps(applyEarlierPublication(progress, date, program), occasion, program);
}
