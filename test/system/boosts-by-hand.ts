import type { FilesByHand } from './files-by-hand.ts';

/** A boost as its creator has claimed it. */
export interface ClaimedByHand {
  readonly redemptionId: string;
  readonly handle: string;
  readonly scheduledDate: string;
  readonly rateBps: number;
  readonly durationDays: number;
}

export interface BoostByHand {
  readonly redemptionId: string;
  readonly activationDate: string | null;
  readonly expiryDate: string | null;
  /** In cents; null before it has expired. */
  readonly delta: bigint | null;
  readonly payout: bigint | null;
  /** What further files of the readings' dates changed: `activation 133`. */
  readonly corrections: readonly string[];
  /** Whether anything was given back between the readings. */
  readonly hasReturns: boolean;
}

/** What a boost comes to: the entries of the files behind the one that begins it up to the one that ends it. */
export function boostByHand(claim: ClaimedByHand, files: FilesByHand): BoostByHand {
  const { dates } = files;
  const begins = dates.findIndex((date) => date >= claim.scheduledDate);
  const activationDate = dates[begins] ?? null;
  const expiryDate = activationDate === null ? null : daysLater(activationDate, claim.durationDays);
  const ends = expiryDate === null ? -1 : dates.findIndex((date) => date >= expiryDate);
  const between = dates.flatMap((_, index) =>
    index > begins && index <= ends ? [files.entry(claim.handle, index)] : [],
  );
  const delta = ends < 0 ? null : between.reduce((sum, entry) => sum + entry, 0n);
  return {
    redemptionId: claim.redemptionId,
    activationDate,
    expiryDate,
    delta,
    payout: delta === null ? null : payoutOf(delta, claim.rateBps),
    corrections: [
      ...furtherFiles(files, claim.handle, begins).map((entry) => `activation ${entry}`),
      ...furtherFiles(files, claim.handle, ends).map((entry) => `expiry ${entry}`),
    ],
    hasReturns: between.some((entry) => entry < 0n),
  };
}

/** Whole ten-thousandths of a cent; half a cent and more counts as one. */
function payoutOf(delta: bigint, rateBps: number): bigint {
  const parts = (delta > 0n ? delta : 0n) * BigInt(rateBps);
  return parts / 10_000n + (parts % 10_000n >= 5_000n ? 1n : 0n);
}

function furtherFiles(files: FilesByHand, handle: string, read: number): bigint[] {
  return files.dates
    .flatMap((date, index) =>
      read >= 0 && index > read && date === files.dates[read] ? [files.entry(handle, index)] : [],
    )
    .filter((entry) => entry !== 0n);
}

function daysLater(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}
