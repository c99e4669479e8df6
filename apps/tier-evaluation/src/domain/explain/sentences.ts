import { addDays } from '#libs/kernel';
import { ENTRY_TIER } from '../ladder/ladder.ts';
import type { LedgerEntry } from '../order/progress.ts';
import { decisionSentences, lastFall } from './decision-sentences.ts';
import type { Explanation } from './explain.ts';
import { countedInWords, dateInWords, periodInWords, tierInWords, valueInWords } from './words.ts';

/** An explanation in plain English, one fact a sentence: where the creator stands, how that came, what would change it. */
export function sentencesOf(
  explanation: Explanation,
  entries: readonly LedgerEntry[],
  creator: { readonly isParked: boolean },
): string[] {
  const adjustments = entries.filter(({ adjustmentNumber }) => adjustmentNumber > 0);
  const heldBack = 'New sales of this creator are held back until an operator has looked at them.';
  return [
    ...whereItStands(explanation),
    ...(creator.isParked && explanation.view.knownAt === null ? [heldBack] : []),
    ...decisionSentences(explanation.decisions, adjustments),
    ...openWindow(explanation),
    ...howToStay(explanation),
    ...howToRise(explanation),
    ...whatApplies(explanation),
  ];
}

function whereItStands({ view, standing, program, onboardedOn }: Explanation): string[] {
  const { asOf, knownAt } = view;
  const tier = `As of ${dateInWords(asOf)} the tier is ${tierInWords(standing.tier, program)}`;
  const sentences: string[] = [];
  if (standing.tierVersion === 0) {
    sentences.push(`${tier}, where everybody begins.`);
    if (onboardedOn !== null) sentences.push(`The creator joined on ${dateInWords(onboardedOn)}.`);
  } else {
    sentences.push(`${tier}${standing.reachedOn === null ? '' : `, reached on ${dateInWords(standing.reachedOn)}`}.`);
  }
  if (knownAt !== null) {
    const file = `the sales file of ${dateInWords(knownAt.businessDate)}`;
    sentences.push(`This is how it was known with ${file}; what came after that file is left out.`);
  }
  return sentences;
}

function openWindow({ view, standing, program, outlook, days }: Explanation): string[] {
  const { window, opening } = standing;
  const { checkpointValue } = outlook;
  if (window === null || window.due === null || checkpointValue === null) return [];
  const due = window.due;
  const sentences = [
    `The open window is ${periodInWords(window.start, due)}; it counts ${countedInWords(checkpointValue, program)} so far.`,
  ];
  const adjusted = days.filter(({ date, adjustments }) => date < due && adjustments !== 0n);
  if (adjusted.length > 0) {
    const total = adjusted.reduce((sum, { adjustments }) => sum + adjustments, 0n);
    sentences.push(`Manual adjustments of ${valueInWords(total, program)} are included in it.`);
  }
  if (opening !== 0n) {
    const reached = `${dateInWords(window.start)} helped to reach ${tierInWords(standing.tier, program)}`;
    sentences.push(`${countedInWords(opening, program)} from ${reached} and will not count again in this window.`);
  }
  if (due <= view.asOf) sentences.push(`The review of ${dateInWords(due)} has not been made yet.`);
  return sentences;
}

function howToStay({ standing, program, outlook }: Explanation): string[] {
  const { window, tier } = standing;
  const { keep, projectedTier } = outlook;
  if (program.mode === 'lifetime') return ['In this programme a tier, once reached, is kept.'];
  if (tier === ENTRY_TIER) return [`${tierInWords(tier, program)} is the entry tier: it is never reviewed.`];
  if (keep === null || window === null || window.due === null) return [];
  const review = `the review on ${dateInWords(window.due)}`;
  const takes = `Keeping ${tierInWords(tier, program)} at ${review} takes ${valueInWords(keep.threshold, program)}`;
  if (keep.missing > 0n) {
    return [
      `${takes}, so ${valueInWords(keep.missing, program)} more by ${dateInWords(addDays(window.due, -1))}.`,
      `If nothing more came, that review would make the tier ${tierInWords(projectedTier, program)}.`,
    ];
  }
  const raised = `As it stands, that review would raise the tier to ${tierInWords(projectedTier, program)}.`;
  return [`${takes}, which is reached.`, ...(projectedTier > tier ? [raised] : [])];
}

function howToRise({ standing, program, outlook, decisions }: Explanation): string[] {
  const { nextTier, promotionValue } = outlook;
  if (nextTier === null) return [`${tierInWords(standing.tier, program)} is the highest tier.`];
  const takes = `Rising to ${tierInWords(nextTier.tier, program)} takes ${valueInWords(nextTier.threshold, program)}`;
  const soFar = valueInWords(promotionValue, program);
  const sentences =
    nextTier.missing > 0n
      ? [`${takes}; counted so far: ${soFar}, so ${valueInWords(nextTier.missing, program)} more.`]
      : [`${takes}, which is reached: the tier rises with the creator’s next sales.`];
  const fall = lastFall(decisions);
  if (fall !== undefined) {
    const counted = `the ${valueInWords(fall.value, program)} that its review counted`;
    const since = `Since the tier fell on ${dateInWords(fall.decidedFor)}`;
    sentences.push(`${since}, only ${counted} and what came after count towards rising.`);
  }
  return sentences;
}

function whatApplies({ standing, program }: Explanation): string[] {
  const { version, publishedOn } = program;
  const sentences = [`All that is booked so far comes to ${countedInWords(standing.lifetime, program)}.`];
  if (program.attribution === 'post_date')
    sentences.push('In this programme a sale counts for the day on which its video was posted.');
  if (version > 1 && publishedOn !== null)
    sentences.push(`Version ${version} of the programme has been in force since ${dateInWords(publishedOn)}.`);
  return sentences;
}
