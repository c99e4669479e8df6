import type { CreatorId } from '#libs/kernel';
import { lockLaneNumbers } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { compareStanding, mendedStanding } from '../domain/rebuild/compare-standing.ts';
import { byVersion, deriveStanding } from '../domain/rebuild/derive-standing.ts';
import type { Standing } from '../domain/standing/standing.ts';
import { ClientReachRepository } from '../persistence/client-reach.repository.ts';
import { CreatorFactsRepository, type KnownCreator } from '../persistence/creator-facts.repository.ts';
import { ProgramRepository } from '../persistence/program.repository.ts';
import { StandingRebuildRepository, type RebuiltStanding } from '../persistence/standing-rebuild.repository.ts';
import { StandingRepository } from '../persistence/standing.repository.ts';

export interface RebuildChunk {
  readonly lane: number;
  readonly creatorIds: readonly CreatorId[];
  readonly rebuiltBy: string;
}

/**
 * Writes the standings of some creators of a lane as they follow from the facts. Whoever books or decides holds the lane,
 * so nothing moves between the reads. No event goes out: what was decided was told when it was decided.
 */
@Injectable()
export class RebuildCreators {
  readonly #facts: CreatorFactsRepository;
  readonly #programs: ProgramRepository;
  readonly #standings: StandingRepository;
  readonly #reach: ClientReachRepository;
  readonly #rebuilds: StandingRebuildRepository;

  constructor(
    facts: CreatorFactsRepository,
    programs: ProgramRepository,
    standings: StandingRepository,
    reach: ClientReachRepository,
    rebuilds: StandingRebuildRepository,
  ) {
    this.#facts = facts;
    this.#programs = programs;
    this.#standings = standings;
    this.#reach = reach;
    this.#rebuilds = rebuilds;
  }

  async execute({ lane, creatorIds, rebuiltBy }: RebuildChunk, tx: TenantTransaction): Promise<RebuiltStanding[]> {
    await lockLaneNumbers(tx, [lane]);
    await this.#standings.lock(tx, creatorIds);
    const known = await this.#load(creatorIds, tx);
    const programs = byVersion(await this.#programs.published(tx));
    const reach = await this.#reach.find(tx);
    const mended = new Map<CreatorId, Standing>();
    const rebuilt: RebuiltStanding[] = [];
    for (const { creatorId, facts, kept } of known) {
      if (kept === undefined) throw new Error('a registered creator has a standing');
      const derived = deriveStanding(facts, programs);
      const mismatches = compareStanding(derived, kept, lane, reach);
      if (mismatches.length === 0) continue;
      mended.set(creatorId, mendedStanding(derived, kept.standing, reach));
      rebuilt.push({ creatorId, lane, mismatches });
    }
    if (rebuilt.length === 0) return rebuilt;
    await this.#standings.update(tx, mended);
    await this.#rebuilds.putLanes(tx, rebuilt);
    await this.#rebuilds.append(tx, rebuilt, rebuiltBy);
    return rebuilt;
  }

  async #load(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<KnownCreator[]> {
    const known = await this.#facts.load(tx, { creatorIds });
    const missing = known.filter(({ kept }) => kept === undefined);
    if (missing.length === 0) return known;
    await this.#standings.register(tx, missing.map(onboardedAtTheLatest));
    return this.#facts.load(tx, { creatorIds });
  }
}

/** Nobody knows any more when a creator without a standing was onboarded; not after its first sales. */
function onboardedAtTheLatest({ creatorId, facts }: KnownCreator) {
  const onboardedOn = facts.ledger.firstBooked ?? facts.told?.businessDate;
  if (onboardedOn === undefined) throw new Error('a creator of whom nothing was told is not looked for');
  return { creatorId, onboardedOn };
}
