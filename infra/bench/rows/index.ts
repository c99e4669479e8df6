import type { Bench } from '../bench-row.ts';
import { backfill } from './backfill.ts';
import { backfillWorkers } from './backfill-workers.ts';
import { boostDue } from './boost-due.ts';
import { checkpoint, growthCheckpoint } from './checkpoint.ts';
import { consume } from './consume.ts';
import { growthBackfill } from './growth-backfill.ts';
import { growthExplain } from './growth-explain.ts';
import { growthIngest } from './growth-ingest.ts';
import { http } from './http.ts';
import { ingestAgainBenches, ingestNew, settle } from './ingest.ts';
import { leaderboard } from './leaderboard.ts';
import { payoutRun } from './payout-run.ts';
import { redemptionPages } from './redemption-pages.ts';
import { relay } from './relay.ts';
import { rewardCounts } from './reward-counts.ts';
import { statement } from './statement.ts';
import { tierChange, tierChangeBeside } from './tier-change.ts';
import { vacuum } from './vacuum.ts';

/** In the order of the table. */
export const BENCHES: readonly Bench[] = [
  ingestNew,
  ...ingestAgainBenches,
  settle,
  relay,
  consume,
  checkpoint,
  tierChange,
  tierChangeBeside,
  backfill,
  backfillWorkers,
  http,
  growthIngest,
  growthCheckpoint,
  growthBackfill,
  growthExplain,
  leaderboard,
  redemptionPages,
  rewardCounts,
  boostDue,
  statement,
  payoutRun,
  vacuum,
];
