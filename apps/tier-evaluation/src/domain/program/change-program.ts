import type { ProgramTerms, Tier } from './program.ts';

/** What version 1 fixes for good. */
export const FROZEN_FIELDS = ['currency', 'timezone', 'metric', 'mode', 'attribution'] as const;

export type ProgramChange =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'frozen_field'; readonly fields: readonly (typeof FROZEN_FIELDS)[number][] }
  | { readonly kind: 'tier_in_use' };

/**
 * Whether a program may become another. Tiers may be renamed, moved in their thresholds and added on top at any time;
 * put in between or taken out only while every creator is in the entry tier, since standings hold tiers by number.
 */
export function changeProgram(
  before: ProgramTerms,
  after: ProgramTerms,
  creatorHasLeftEntryTier: boolean,
): ProgramChange {
  const fields = FROZEN_FIELDS.filter((field) => before[field] !== after[field]);
  if (fields.length > 0) return { kind: 'frozen_field', fields };
  if (creatorHasLeftEntryTier && !keepsPlaces(before.tiers, after.tiers)) return { kind: 'tier_in_use' };
  return { kind: 'allowed' };
}

/**
 * True if every tier is still where it was. Tiers have no ids: one is known again by its name, else by its threshold. A
 * name that turns up at another place has moved; where tiers are added, each old place must keep its name or threshold.
 */
export function keepsPlaces(before: readonly Tier[], after: readonly Tier[]): boolean {
  if (after.length < before.length) return false;
  return before.every((tier, place) => {
    const moved = after.findIndex((candidate) => sameName(candidate, tier));
    if (moved !== -1) return moved === place;
    return after.length === before.length || after[place]?.threshold === tier.threshold;
  });
}

function sameName(a: Tier, b: Tier): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase();
}

/**
 * True if a version can lift nobody whom the one before did not: no threshold is lower, no tier is new. Under a version
 * that has reached everybody, nobody's P reaches the next tier.
 */
export function promotesNobody(before: ProgramTerms, after: ProgramTerms): boolean {
  if (after.tiers.length > before.tiers.length) return false;
  return after.tiers.every((tier, place) => tier.threshold >= (before.tiers[place]?.threshold ?? 0n));
}
