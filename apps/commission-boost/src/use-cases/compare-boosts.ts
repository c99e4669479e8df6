import type { BoostId } from '#libs/kernel';
import { toCalendarDate } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import type { Compared, Comparison, Difference } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { BOOST_KINDS, compareBoost } from '../domain/comparison/compare-boost.ts';
import { BoostFactsRepository } from '../persistence/boost-facts.repository.ts';
import { ReadingRepository } from '../persistence/reading.repository.ts';

/** Boosts at a time: half a second with a year of entries each. */
const CHUNK = 2_000;
const BEGINNING = toCalendarDate('1970-01-01');

/**
 * Holds every boost against what stands beside it: its readings against the totals that ingestion told and against the
 * entries between them, its payout against the rule, its state against its history, its money against the ledger.
 */
@Injectable()
export class CompareBoosts implements Comparison {
  readonly name = 'boosts';
  readonly kinds = BOOST_KINDS;

  constructor(
    private readonly facts: BoostFactsRepository,
    private readonly readings: ReadingRepository,
  ) {}

  async compareAfter(tx: TenantTransaction, after: string | null): Promise<Compared> {
    const known = await this.facts.after(after as BoostId | null, CHUNK, tx);
    const syncs = await this.readings.syncsReachedSince(BEGINNING, tx);
    const differences = known.flatMap((facts) =>
      compareBoost(facts, syncs).map((mismatch): Difference => ({
        ...mismatch,
        subject: { kind: 'boost', id: facts.boost.id },
      })),
    );
    return { differences, rows: known.length, next: known.length === CHUNK ? (known.at(-1)?.boost.id ?? null) : null };
  }
}

/** Histories without a boost, and totals that are not the sums of the ledger. */
@Injectable()
export class CompareClientMoney implements Comparison {
  readonly name = 'client-money';
  readonly kinds = ['boost_missing', 'payout_totals'];

  constructor(private readonly facts: BoostFactsRepository) {}

  async compareAfter(tx: TenantTransaction): Promise<Compared> {
    const lost = await this.facts.lost(tx);
    const off = await this.facts.totalsOff(tx);
    const missing = lost.map(({ id, steps }): Difference => ({
      kind: 'boost_missing',
      subject: { kind: 'boost', id },
      expected: `a boost with ${steps.length} steps`,
      found: 'none',
    }));
    const [first] = off;
    return {
      differences: first === undefined ? missing : [...missing, totalsOff(tx, first, off.length)],
      rows: 0,
      next: null,
    };
  }
}

/** In the order in which a run makes them. */
export const BOOST_COMPARISONS = [CompareBoosts, CompareClientMoney];

/** A client has one such finding: the first of its totals, and how many more. */
function totalsOff(
  tx: TenantTransaction,
  { of, expected, found }: { readonly of: string; readonly expected: string; readonly found: string },
  count: number,
): Difference {
  const others = count === 1 ? '' : `, and ${count - 1} more totals`;
  const subject = { kind: 'client', id: tx.clientId } as const;
  return { kind: 'payout_totals', subject, expected: `${of}: ${expected}`, found: `${found}${others}` };
}
