import type { TierNumber } from '../ladder/ladder.ts';
import type { Outcome } from '../standing/projection.ts';
import type { Program } from './program.ts';

/** How many creators of a tier the new version lifts at once, straight to which. */
export interface PlannedPromotion {
  readonly from: TierNumber;
  readonly to: TierNumber;
  readonly creators: number;
}

/** How many open windows of a tier project to which tiers; `next` null: the creator is promoted at once, the window ends. */
export interface ProjectedWindows {
  readonly tier: TierNumber;
  readonly current: TierNumber;
  readonly next: TierNumber | null;
  readonly creators: number;
}

/** Everything that the plan of a new version is made of, as counted. */
export interface Projections {
  readonly promotions: readonly PlannedPromotion[];
  readonly windows: readonly ProjectedWindows[];
  /** Creators of parked keys: neither promoted nor projected before an operator has let them go. */
  readonly setAside: number;
}

type Counts = Readonly<Record<Outcome, number>>;

/** The open windows of one tier, or of all, with what their reviews would bring if nothing more came. */
export interface WindowOutlook {
  readonly open: number;
  readonly current: Counts;
  /** `replaced`: windows that end now, since their creators are promoted at once and begin new ones. */
  readonly next: Counts & { readonly replaced: number };
  /** Windows that project to a lower tier, or a higher one, under the new version than under the present. */
  readonly worse: number;
  readonly better: number;
}

export interface TierOutlook extends WindowOutlook {
  readonly tier: TierNumber;
  /** The tiers that the windows project to, each version's. */
  readonly currentByTier: ReadonlyMap<TierNumber, number>;
  readonly nextByTier: ReadonlyMap<TierNumber, number>;
}

export interface ProgramPlan {
  readonly before: Program | undefined;
  readonly program: Program;
  readonly promotions: readonly PlannedPromotion[];
  readonly windows: WindowOutlook;
  readonly windowsByTier: readonly TierOutlook[];
  readonly setAside: number;
}

export function planOf(
  before: Program | undefined,
  program: Program,
  { promotions, windows, setAside }: Projections,
): ProgramPlan {
  const tiers = [...new Set(windows.map(({ tier }) => tier))].sort((a, b) => a - b);
  return {
    before,
    program,
    promotions: [...promotions].sort((a, b) => a.from - b.from || a.to - b.to),
    windows: outlookOver(windows),
    windowsByTier: tiers.map((tier) => outlookOfTier(tier, windows)),
    setAside,
  };
}

function outlookOfTier(tier: TierNumber, windows: readonly ProjectedWindows[]): TierOutlook {
  const own = windows.filter((counted) => counted.tier === tier);
  return {
    tier,
    ...outlookOver(own),
    currentByTier: byTier(own, ({ current }) => current),
    nextByTier: byTier(own, ({ next }) => next),
  };
}

function outlookOver(windows: readonly ProjectedWindows[]): WindowOutlook {
  const count = (counts: (window: ProjectedWindows) => boolean): number =>
    windows.reduce((sum, window) => sum + (counts(window) ? window.creators : 0), 0);
  return {
    open: count(() => true),
    current: {
      demoted: count(({ tier, current }) => current < tier),
      maintained: count(({ tier, current }) => current === tier),
      promoted: count(({ tier, current }) => current > tier),
    },
    next: {
      demoted: count(({ tier, next }) => next !== null && next < tier),
      maintained: count(({ tier, next }) => next === tier),
      promoted: count(({ tier, next }) => next !== null && next > tier),
      replaced: count(({ next }) => next === null),
    },
    worse: count(({ current, next }) => next !== null && next < current),
    better: count(({ current, next }) => next !== null && next > current),
  };
}

function byTier(
  windows: readonly ProjectedWindows[],
  tierOf: (window: ProjectedWindows) => TierNumber | null,
): ReadonlyMap<TierNumber, number> {
  const counted = new Map<TierNumber, number>();
  for (const window of windows) {
    const tier = tierOf(window);
    if (tier !== null) counted.set(tier, (counted.get(tier) ?? 0) + window.creators);
  }
  return new Map([...counted].sort(([a], [b]) => a - b));
}
