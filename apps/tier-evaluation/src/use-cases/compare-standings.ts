import type { CreatorId } from '#libs/kernel';
import { keyOf, partitionOf } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import type { Compared, Comparison, Difference } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import {
  compareFacts,
  compareStanding,
  FACT_KINDS,
  STANDING_KINDS,
  type ClientReach,
  type Mismatch,
} from '../domain/rebuild/compare-standing.ts';
import { byVersion, deriveStanding, type Programs } from '../domain/rebuild/derive-standing.ts';
import { ClientReachRepository } from '../persistence/client-reach.repository.ts';
import { CreatorFactsRepository, type KnownCreator } from '../persistence/creator-facts.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';

/** Creators at a time: half a second with a year of days each. */
const CHUNK = 5_000;

/**
 * Holds ingestion's totals against the day ledger, the ledger against adjustments and decisions, and each standing against
 * what follows from them. A creator whose events are under way, or wait in a parked key, is compared as of its own latest
 * event: entries, total and standing are written in one transaction.
 */
@Injectable()
export class CompareStandings implements Comparison {
  readonly name = 'standings';
  readonly kinds = [...FACT_KINDS, ...STANDING_KINDS];
  readonly #facts: CreatorFactsRepository;
  readonly #programs: ProgramRepository;
  readonly #reach: ClientReachRepository;

  constructor(facts: CreatorFactsRepository, programs: ProgramRepository, reach: ClientReachRepository) {
    this.#facts = facts;
    this.#programs = programs;
    this.#reach = reach;
  }

  async compareAfter(tx: TenantTransaction, place: string | null): Promise<Compared> {
    const after = place as CreatorId | null;
    const creators = await this.#facts.creatorsAfter(tx, after, CHUNK);
    const next = creators.length === CHUNK ? (creators.at(-1) ?? null) : null;
    const known = await this.#facts.load(tx, { after, upTo: next });
    const programs = byVersion(await this.#programs.published(tx));
    const reach = await this.#reach.find(tx);
    const differences = known.flatMap((creator) =>
      mismatchesOf(tx, creator, programs, reach).map((mismatch) => toDifference(creator.creatorId, mismatch)),
    );
    return { differences, rows: known.length, next };
  }
}

function mismatchesOf(
  tx: TenantTransaction,
  { creatorId, facts, kept }: KnownCreator,
  programs: Programs,
  reach: ClientReach,
): Mismatch[] {
  const mismatches: Mismatch[] = compareFacts(facts);
  if (kept === undefined) {
    mismatches.push({ kind: 'standing_missing', expected: 'a standing', found: 'none' });
  } else {
    const lane = partitionOf(keyOf(tx.clientId, creatorId));
    mismatches.push(...compareStanding(deriveStanding(facts, programs), kept, lane, reach));
  }
  return mismatches;
}

function toDifference(creatorId: CreatorId, { kind, expected, found }: Mismatch): Difference {
  return { kind, subject: { kind: 'creator', id: creatorId }, expected, found };
}
