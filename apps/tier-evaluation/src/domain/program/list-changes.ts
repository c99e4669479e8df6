import type { ProgramTerms, Tier } from './program.ts';

type Field = Exclude<keyof ProgramTerms, 'tiers'>;

/** One thing that a new version changes. A tier that comes or goes has null on the other side. */
export type TermsChange =
  | { readonly pointer: string; readonly field: Field; readonly before: unknown; readonly after: unknown }
  | {
      readonly pointer: string;
      readonly field: keyof Tier;
      readonly before: Tier[keyof Tier];
      readonly after: Tier[keyof Tier];
    }
  | { readonly pointer: string; readonly field: 'tier'; readonly before: Tier | null; readonly after: Tier | null };

const FIELDS: readonly Field[] = [
  'currency',
  'timezone',
  'metric',
  'mode',
  'checkpointMonths',
  'attribution',
  'clearingDays',
];
const TIER_FIELDS = ['name', 'color', 'threshold', 'commissionRateBps'] as const;

/** What differs between two versions, by JSON pointers into the body that publishes one. */
export function listChanges(before: ProgramTerms, after: ProgramTerms): TermsChange[] {
  const changes: TermsChange[] = FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    pointer: `/${field}`,
    field,
    before: before[field],
    after: after[field],
  }));
  const places = Math.max(before.tiers.length, after.tiers.length);
  for (let place = 0; place < places; place += 1) {
    changes.push(...changesOfTier(place, before.tiers[place], after.tiers[place]));
  }
  return changes;
}

function changesOfTier(place: number, before: Tier | undefined, after: Tier | undefined): TermsChange[] {
  const pointer = `/tiers/${place}`;
  if (before === undefined || after === undefined) {
    return [{ pointer, field: 'tier', before: before ?? null, after: after ?? null }];
  }
  return TIER_FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    pointer: `${pointer}/${field}`,
    field,
    before: before[field],
    after: after[field],
  }));
}
