import type { Program } from '../program/program.ts';
import type { LedgerEntry } from '../order/progress.ts';
import type { ToldDecision } from '../standing/told-decision.ts';
import type { RetracedDecision } from './retrace.ts';
import { countedInWords, dateInWords, periodInWords, tierInWords, valueInWords } from './words.ts';

/** What a creator's decisions were and why, from the first. Names and thresholds are those of the version of then. */
export function decisionSentences(
  decisions: readonly RetracedDecision[],
  adjustments: readonly LedgerEntry[],
): string[] {
  return decisions.flatMap(({ told, program }, index) => {
    if (told.kind === 'checkpoint') return reviewSentences(told, program, adjustments);
    const fall = lastFall(decisions.slice(0, index));
    return [promotionSentence(told, program, { fall, adjustments })];
  });
}

/** The review that last took tiers away: since then only what it counted and what came after it lifts a creator again. */
export function lastFall(decisions: readonly RetracedDecision[]): ToldDecision | undefined {
  return decisions.findLast(({ told }) => told.outcome === 'demoted')?.told;
}

function reviewSentences(told: ToldDecision, program: Program, adjustments: readonly LedgerEntry[]): string[] {
  const { windowStart, dueDate } = told;
  if (windowStart === null || dueDate === null) return [];
  const name = (tier: number) => tierInWords(tier, program);
  const adjusted = adjustments
    .filter(({ adjustmentNumber }) => adjustmentNumber <= told.adjustmentNumber)
    .filter(({ effectiveOn }) => effectiveOn >= windowStart && effectiveOn < dueDate)
    .reduce((sum, { value }) => sum + value, 0n);
  const included = told.adjustmentsCounted === 0 ? '' : `, adjustments of ${valueInWords(adjusted, program)} included`;
  const measure = told.outcome === 'promoted' ? told.tierAfter : told.tierBefore;
  const threshold = program.ladder.thresholdOf(measure);
  const change = { demoted: 'became', maintained: 'stayed', promoted: 'rose to' }[told.outcome];
  const review =
    `On ${dateInWords(dueDate)} the review of ${periodInWords(windowStart, dueDate)} counted ` +
    `${countedInWords(told.value, program)}${included}; ${name(measure)} needs ${valueInWords(threshold, program)}, ` +
    `so the tier ${change} ${name(told.tierAfter)}.`;
  if (told.opening === 0n) return [review];
  const opening =
    `${countedInWords(told.opening, program)} from ${dateInWords(windowStart)} had already helped to reach ` +
    `${name(told.tierBefore)} and did not count again in that review.`;
  return [review, opening];
}

interface History {
  readonly fall: ToldDecision | undefined;
  readonly adjustments: readonly LedgerEntry[];
}

function promotionSentence(told: ToldDecision, program: Program, history: History): string {
  const name = (tier: number) => tierInWords(tier, program);
  const needs = `${name(told.tierAfter)} needs ${valueInWords(told.threshold, program)}`;
  const on = `On ${dateInWords(told.decidedFor)}`;
  const value = valueInWords(told.value, program);
  const counted = whatCounts(history.fall);
  const rose = `so the tier rose from ${name(told.tierBefore)} to ${name(told.tierAfter)}.`;
  switch (told.cause?.kind) {
    case 'program':
      return `${on} version ${told.cause.version} of the programme began, in which ${needs}; ${counted} came to ${value}, ${rose}`;
    case 'adjustment': {
      const entry = history.adjustments.find(({ adjustmentNumber }) => adjustmentNumber === told.adjustmentNumber);
      const adjustment =
        entry === undefined
          ? 'a manual adjustment'
          : `a manual adjustment of ${valueInWords(entry.value, program)} for ${dateInWords(entry.effectiveOn)}`;
      return `${on} ${adjustment} brought ${counted} to ${value}; ${needs}, ${rose}`;
    }
    case 'sync':
    case undefined:
      return `${on} ${counted} came to ${value}; ${needs}, ${rose}`;
  }
}

function whatCounts(fall: ToldDecision | undefined): string {
  const from = fall?.windowStart ?? null;
  return from === null ? 'all sales so far' : `sales counted since ${dateInWords(from)}`;
}
