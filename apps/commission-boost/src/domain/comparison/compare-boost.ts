import { calculatePayout } from '../payout/calculate-payout.ts';
import { BOOST_STATUSES, hasReached, type BoostStatus } from '../boost/boost-status.ts';
import type { Boost, CompleteSync, Reading } from '../boost/boost.ts';
import { firstSyncReaching } from '../boost/first-sync-reaching.ts';
import type { StatementExtent } from '../statement/statement.ts';

/** What stands beside a boost and must say the same. */
export interface BoostFacts {
  readonly boost: Boost;
  /** By what ingestion's events told: the creator's lifetime as of the readings' syncs. */
  readonly ingested: { readonly atActivationMinor: bigint; readonly atExpiryMinor: bigint };
  /**
   * The same by the creator's next event behind each reading: its lifetime without its own differences. Null before there
   * is one. It tells of an event between that was discarded, before or behind the reading's sync.
   */
  readonly toldNext: { readonly atActivationMinor: bigint | null; readonly atExpiryMinor: bigint | null };
  /** Sum of the entries of the syncs behind the first reading up to the second. */
  readonly entriesMinor: bigint;
  /** The states of the history, each as often as it stands there. */
  readonly history: readonly BoostStatus[];
  /** It had to wait for the creator's slot, so a sync after the first may have begun it. */
  readonly hasWaited: boolean;
  /** Another boost of the creator was read over some of the same syncs. */
  readonly overlaps: boolean;
  readonly corrections: { readonly knownMinor: bigint; readonly notedMinor: bigint; readonly count: number };
  readonly isReleased: boolean;
  /** What its latest statement tells; null without one. */
  readonly told: (StatementExtent & { readonly correctionCount: number }) | null;
  /** The next version is asked for already. */
  readonly isStatementPending: boolean;
  /** What the ledger's postings of the boost come to, by account. */
  readonly ledger: Balances;
}

export interface Balances {
  readonly accrued: bigint;
  readonly adjusted: bigint;
  readonly held: bigint;
  readonly payable: bigint;
  readonly paid: bigint;
}

export const BOOST_KINDS = [
  'reading_at_activation',
  'reading_at_expiry',
  'reading_sync',
  'sales_missing',
  'entries',
  'payout',
  'boost_history',
  'boost_overlap',
  'corrections',
  'ledger',
  'statement',
] as const;

export interface BoostMismatch {
  readonly kind: (typeof BOOST_KINDS)[number];
  readonly expected: string;
  readonly found: string;
}

/** @param syncs the client's complete syncs that its watermark has reached, in order */
export function compareBoost(facts: BoostFacts, syncs: readonly CompleteSync[]): BoostMismatch[] {
  const { boost, ingested } = facts;
  const { activation, expiry } = boost;
  const mismatches = [
    unlike('boost_history', stepsTo(boost.status), facts.history.toSorted(inOrder).join(' ')),
    unlike('boost_overlap', 'syncs of its own', facts.overlaps ? 'syncs of another boost' : 'syncs of its own'),
    unlike('corrections', minor(facts.corrections.knownMinor), minor(facts.corrections.notedMinor)),
    unlike('ledger', describe(balancesOf(facts)), describe(facts.ledger)),
  ];
  if (activation !== null) {
    const { reading } = activation;
    mismatches.push(unlike('reading_at_activation', minor(ingested.atActivationMinor), minor(reading.gmvMinor)));
    mismatches.push(readingSync(reading, facts.hasWaited ? undefined : boost.terms.scheduledDate, syncs));
    mismatches.push(salesMissing(facts.toldNext.atActivationMinor, ingested.atActivationMinor));
  }
  if (activation !== null && expiry !== null) {
    const between = expiry.reading.gmvMinor - activation.reading.gmvMinor;
    const { payoutMinor } = calculatePayout(0n, facts.entriesMinor, boost.terms.rateBps);
    mismatches.push(unlike('reading_at_expiry', minor(ingested.atExpiryMinor), minor(expiry.reading.gmvMinor)));
    mismatches.push(readingSync(expiry.reading, activation.expiryDate, syncs));
    mismatches.push(salesMissing(facts.toldNext.atExpiryMinor, ingested.atExpiryMinor));
    mismatches.push(unlike('entries', minor(facts.entriesMinor), minor(between)));
    if (!facts.isStatementPending) mismatches.push(statement(facts));
    mismatches.push(unlike('payout', minor(payoutMinor), minor(expiry.calculatedPayoutMinor)));
  }
  // A run tells a kind of a boost once, though both of its readings may be of a wrong sync.
  const found = mismatches.filter((mismatch) => mismatch !== undefined);
  return [...new Map(found.map((mismatch) => [mismatch.kind, mismatch])).values()];
}

/** @param dueDate whose first sync it must be; undefined where that depends on another boost */
function readingSync(
  { sync }: Reading,
  dueDate: CompleteSync['businessDate'] | undefined,
  syncs: readonly CompleteSync[],
): BoostMismatch | undefined {
  const expected =
    dueDate === undefined
      ? syncs.find(({ sequence }) => sequence === sync.sequence)
      : firstSyncReaching(dueDate, syncs);
  return unlike('reading_sync', expected === undefined ? 'none' : syncOf(expected), syncOf(sync));
}

function salesMissing(toldNextMinor: bigint | null, ingestedMinor: bigint): BoostMismatch | undefined {
  return unlike('sales_missing', minor(toldNextMinor ?? ingestedMinor), minor(ingestedMinor));
}

function balancesOf({ boost, isReleased }: BoostFacts): Balances {
  const accrued = boost.expiry?.calculatedPayoutMinor ?? 0n;
  const amount = boost.finalPayoutMinor ?? 0n;
  const account = boost.status === 'paid' ? 'paid' : isReleased ? 'payable' : 'held';
  return { accrued, adjusted: amount - accrued, held: 0n, payable: 0n, paid: 0n, [account]: amount };
}

/** It may tell corrections before they are noted: they follow from the entries. */
function statement({ boost, corrections, told }: BoostFacts): BoostMismatch | undefined {
  const correctionCount = Math.max(corrections.count, told?.correctionCount ?? 0);
  const expected = { adjustmentCount: boost.finalAmountVersion, correctionCount, isPaid: boost.status === 'paid' };
  return unlike('statement', extentOf(expected), told === null ? 'none' : extentOf(told));
}

function extentOf({ adjustmentCount, correctionCount, isPaid }: NonNullable<BoostFacts['told']>): string {
  return `${adjustmentCount} amounts set, ${correctionCount} corrections, ${isPaid ? 'paid' : 'not paid'}`;
}

function stepsTo(status: BoostStatus): string {
  return BOOST_STATUSES.filter((step) => hasReached(status, step)).join(' ');
}

function inOrder(a: BoostStatus, b: BoostStatus): number {
  return BOOST_STATUSES.indexOf(a) - BOOST_STATUSES.indexOf(b);
}

function unlike(kind: BoostMismatch['kind'], expected: string, found: string): BoostMismatch | undefined {
  return expected === found ? undefined : { kind, expected, found };
}

function minor(amount: bigint): string {
  return `${amount} minor units`;
}

function syncOf({ sequence, syncId, businessDate, fileSha256 }: CompleteSync): string {
  return `sync ${sequence} ${syncId} of ${businessDate}, file ${fileSha256}`;
}

function describe({ accrued, adjusted, held, payable, paid }: Balances): string {
  return `accrued ${accrued}, adjusted ${adjusted}, held ${held}, payable ${payable}, paid ${paid} minor units`;
}
