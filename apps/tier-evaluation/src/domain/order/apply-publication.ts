import type { CalendarDate } from '#libs/kernel';
import type { Program } from '../program/program.ts';
import type { Standing } from '../standing/standing.ts';
import { later, type Progress } from './progress.ts';
import { nothingToBook, takeSteps } from './take-steps.ts';

/** The date a published version's promotions of a creator are dated to; null where the creator has seen no date yet. */
export function publicationDateFor(standing: Standing, program: Program): CalendarDate | null {
  return later(standing.bookedThrough, program.publishedOn);
}

/**
 * What a new program version does to a creator: the promotion rule at once, dated to the programme date. A publication
 * reaches creators in chunks; whatever touches a creator first (sales, an adjustment, the watermark) applies it before
 * itself, so that it makes no difference which of them comes first.
 */
export function applyPublication(progress: Progress, program: Program): Progress {
  const { standing } = progress;
  if (standing.programVersion >= program.version) return progress;
  const date = publicationDateFor(standing, program);
  if (date === null) return { ...progress, standing: { ...standing, programVersion: program.version } };
  const cause = { kind: 'program', version: program.version } as const;
  return takeSteps(progress, { reviewFirst: program.publishedOn, book: nothingToBook, date, cause }, program);
}

/** Sales older than the publication (a parked creator's, released) come before it; their promotions then are its own. */
export function applyEarlierPublication(progress: Progress, before: CalendarDate, program: Program): Progress {
  const earlier = program.publishedOn === null || program.publishedOn <= before;
  return earlier ? applyPublication(progress, program) : progress;
}
