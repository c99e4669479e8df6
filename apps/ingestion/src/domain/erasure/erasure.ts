import type { CreatorId, ErasureId } from '#libs/kernel';

export const ERASURE_STATUSES = ['checking', 'refused', 'erasing', 'done'] as const;
export type ErasureStatus = (typeof ERASURE_STATUSES)[number];

/** The services that keep something of a creator, besides this one. All of them answer twice. */
export const ASKED_SERVICES = ['tier-evaluation', 'redemption', 'commission-boost'] as const;
export type AskedService = (typeof ASKED_SERVICES)[number];

export interface Obligation {
  readonly kind: 'boost_not_paid' | 'boost_in_payout_run' | 'gift_not_delivered';
  /** Of the boost or the redemption. */
  readonly id: string;
}

export interface Erased {
  readonly what: string;
  readonly count: number;
}

export interface Erasure {
  readonly id: ErasureId;
  readonly creatorId: CreatorId;
  readonly status: ErasureStatus;
  readonly forced: boolean;
  /** Why it is forced; null where it is not. */
  readonly reason: string | null;
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

/** A service's word, of the first round or of the second. */
export interface ServiceAnswer {
  readonly service: AskedService | 'ingestion';
  readonly stage: 'checked' | 'erased';
  readonly obligations: readonly Obligation[];
  readonly erased: readonly Erased[];
}

/** What a creator was called in public, and nobody is called in a file: no handle has a colon. */
export function pseudonymOf(creatorId: CreatorId): string {
  return `erased:${creatorId}`;
}

/**
 * What is next for an erasure, by the answers so far; undefined as long as somebody is missing. A payment that is on its
 * way to the creator's account is awaited even by a forced one: its amount stands in a file that a provider has.
 */
export function decideErasure(
  erasure: Pick<Erasure, 'status' | 'forced'>,
  answers: readonly ServiceAnswer[],
): Exclude<ErasureStatus, 'checking'> | undefined {
  const from = (stage: ServiceAnswer['stage']) =>
    new Set(answers.filter((answer) => answer.stage === stage).map(({ service }) => service));
  if (erasure.status === 'checking') {
    const checked = from('checked');
    if (!ASKED_SERVICES.every((service) => checked.has(service))) return undefined;
    const owed = answers.flatMap(({ obligations }) => obligations);
    const mustWait = owed.some(({ kind }) => kind === 'boost_in_payout_run');
    return mustWait || (owed.length > 0 && !erasure.forced) ? 'refused' : 'erasing';
  }
  if (erasure.status !== 'erasing') return undefined;
  const erased = from('erased');
  return [...ASKED_SERVICES, 'ingestion' as const].every((service) => erased.has(service)) ? 'done' : undefined;
}
