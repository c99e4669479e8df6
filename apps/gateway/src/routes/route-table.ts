import type { StatefulServiceName } from '#libs/contracts';
import type { Role } from '#libs/service-kit';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** A route of the API: who may call it, who answers it, what it asks of a request. */
export interface Route {
  readonly method: Method;
  /** With `{parameters}`, as in the OpenAPI document. */
  readonly path: string;
  /** `gateway` for the few answers that are put together out of several services. */
  readonly owner: StatefulServiceName | 'gateway';
  readonly roles: readonly Role[];
  /** The name of the operation in the OpenAPI document. */
  readonly operation: string;
  /** Needs an Idempotency-Key. */
  readonly idempotent: boolean;
  /** The body is a file of up to 1 GiB and passes through as a stream. */
  readonly upload: boolean;
  /** Whom the gateway shows the handles of the creators that an answer names by id. */
  readonly handles: readonly Role[];
}

type Flag = 'idempotent' | 'upload' | 'handles' | 'handles-for-all';
type Line = readonly [`${Method} /v1/${string}`, Route['owner'], string, string, ...Flag[]];

/** One line a route: method and path, owner, roles, operation, flags. What is not here is 404. */
const LINES: readonly Line[] = [
  ['POST /v1/clients', 'ingestion', 'operator', 'createClient', 'idempotent'],
  ['GET /v1/clients', 'ingestion', 'operator', 'listClients'],
  ['PUT /v1/program', 'tier-evaluation', 'admin', 'publishProgram'],
  ['GET /v1/program', 'tier-evaluation', 'admin creator', 'getProgram'],
  ['POST /v1/syncs', 'ingestion', 'admin', 'uploadSync', 'upload'],
  ['GET /v1/syncs', 'ingestion', 'admin', 'listSyncs'],
  ['GET /v1/syncs/{id}', 'ingestion', 'admin', 'getSync'],
  ['GET /v1/syncs/{id}/quarantine', 'ingestion', 'admin', 'getQuarantine'],
  ['GET /v1/syncs/{id}/impact', 'tier-evaluation', 'admin', 'getImpact', 'handles'],
  ['POST /v1/syncs/{id}/approve', 'ingestion', 'admin', 'approveSync'],
  ['POST /v1/syncs/{id}/discard', 'ingestion', 'admin', 'discardSync'],
  ['GET /v1/creators', 'ingestion', 'admin', 'listCreators'],
  ['GET /v1/creators/{id}', 'ingestion', 'admin', 'getCreator'],
  ['POST /v1/creators/{id}/erase', 'ingestion', 'admin', 'eraseCreator', 'idempotent'],
  ['GET /v1/erasures/{id}', 'ingestion', 'admin', 'getErasure'],
  ['GET /v1/creators/{id}/tier', 'tier-evaluation', 'admin creator', 'getTier'],
  ['GET /v1/creators/{id}/tier/explain', 'tier-evaluation', 'admin creator', 'explainTier'],
  ['GET /v1/creators/{id}/decisions', 'tier-evaluation', 'admin creator', 'listDecisions'],
  ['GET /v1/reviews', 'tier-evaluation', 'admin', 'listReviews', 'handles'],
  ['GET /v1/creators/{id}/sales', 'ingestion', 'admin creator', 'listSales'],
  ['POST /v1/creators/{id}/adjustments', 'tier-evaluation', 'admin', 'createAdjustment', 'idempotent'],
  ['GET /v1/leaderboard', 'tier-evaluation', 'admin creator', 'getLeaderboard', 'handles-for-all'],
  ['POST /v1/rewards', 'redemption', 'admin', 'createReward', 'idempotent'],
  ['GET /v1/rewards', 'redemption', 'admin', 'listRewards'],
  ['GET /v1/rewards/{id}', 'redemption', 'admin', 'getReward'],
  ['PATCH /v1/rewards/{id}', 'redemption', 'admin', 'changeReward'],
  ['POST /v1/rewards/{id}/enable', 'redemption', 'admin', 'enableReward'],
  ['POST /v1/rewards/{id}/disable', 'redemption', 'admin', 'disableReward'],
  ['GET /v1/backfills', 'redemption', 'admin', 'listBackfills'],
  ['GET /v1/backfills/{id}', 'redemption', 'admin', 'getBackfill'],
  ['POST /v1/backfills/{id}/pause', 'redemption', 'admin', 'pauseBackfill'],
  ['POST /v1/backfills/{id}/resume', 'redemption', 'admin', 'resumeBackfill'],
  ['POST /v1/backfills/{id}/cancel', 'redemption', 'admin', 'cancelBackfill'],
  ['GET /v1/redemptions', 'redemption', 'admin creator', 'listRedemptions', 'handles'],
  ['GET /v1/redemptions/{id}', 'redemption', 'admin creator', 'getRedemption'],
  ['POST /v1/redemptions/{id}/claim', 'redemption', 'creator', 'claimRedemption', 'idempotent'],
  ['POST /v1/redemptions/{id}/fulfil', 'redemption', 'admin', 'fulfilRedemption'],
  ['POST /v1/redemptions/{id}/conclude', 'redemption', 'admin', 'concludeRedemption'],
  ['POST /v1/redemptions/{id}/ship', 'redemption', 'admin', 'shipRedemption'],
  ['POST /v1/redemptions/{id}/deliver', 'redemption', 'admin', 'deliverRedemption'],
  ['GET /v1/boosts', 'commission-boost', 'admin creator', 'listBoosts', 'handles'],
  ['GET /v1/boosts/{id}', 'commission-boost', 'admin creator', 'getBoost'],
  ['GET /v1/boosts/{id}/history', 'commission-boost', 'admin creator', 'getBoostHistory'],
  ['GET /v1/boosts/{id}/statement', 'commission-boost', 'admin creator', 'getStatement'],
  ['GET /v1/statements/head', 'commission-boost', 'admin creator', 'getStatementsHead'],
  ['GET /v1/statements/chain', 'commission-boost', 'admin creator', 'getStatementsChain'],
  ['PUT /v1/boosts/{id}/payment-details', 'commission-boost', 'creator', 'putPaymentDetails'],
  ['POST /v1/boosts/{id}/final-amount', 'commission-boost', 'admin', 'setFinalAmount', 'idempotent'],
  ['POST /v1/boosts/{id}/pay', 'commission-boost', 'admin', 'payBoost', 'idempotent'],
  ['GET /v1/alerts', 'commission-boost', 'admin', 'listAlerts', 'handles'],
  ['GET /v1/payouts/summary', 'commission-boost', 'admin', 'getPayoutSummary'],
  ['POST /v1/payout-runs', 'commission-boost', 'admin', 'createPayoutRun', 'idempotent'],
  ['GET /v1/payout-runs', 'commission-boost', 'admin', 'listPayoutRuns'],
  ['GET /v1/payout-runs/{id}', 'commission-boost', 'admin', 'getPayoutRun'],
  ['GET /v1/payout-runs/{id}/payouts', 'commission-boost', 'admin', 'listPayouts', 'handles'],
  ['GET /v1/payout-runs/{id}/export', 'commission-boost', 'admin', 'exportPayoutRun'],
  ['POST /v1/payout-runs/{id}/results', 'commission-boost', 'admin', 'settlePayoutRun', 'upload'],
  ['GET /v1/me', 'gateway', 'creator', 'getMe'],
  ['GET /v1/ops/status', 'gateway', 'operator', 'getStatus'],
  ['GET /v1/ops/backfills/{id}', 'redemption', 'operator', 'watchBackfill'],
  ['GET /v1/ops/parked', 'gateway', 'operator', 'listParked'],
  ['POST /v1/ops/parked/{id}/release', 'gateway', 'operator', 'releaseParked'],
  ['POST /v1/ops/parked/{id}/discard', 'gateway', 'operator', 'discardParked'],
  ['POST /v1/ops/reconcile', 'gateway', 'operator', 'reconcile'],
  ['GET /v1/ops/reconcile', 'gateway', 'operator', 'getReconciliation'],
  ['GET /v1/ops/findings', 'gateway', 'operator', 'listFindings'],
  ['GET /v1/ops/keys/ingestion', 'ingestion', 'operator', 'getIngestionKeys'],
  ['POST /v1/ops/keys/ingestion/rotate', 'ingestion', 'operator', 'rotateIngestionKeys'],
  ['GET /v1/ops/keys/redemption', 'redemption', 'operator', 'getRedemptionKeys'],
  ['POST /v1/ops/keys/redemption/rotate', 'redemption', 'operator', 'rotateRedemptionKeys'],
  ['GET /v1/ops/keys/commission-boost', 'commission-boost', 'operator', 'getCommissionBoostKeys'],
  ['POST /v1/ops/keys/commission-boost/rotate', 'commission-boost', 'operator', 'rotateCommissionBoostKeys'],
  ['POST /v1/ops/verify/redemption', 'redemption', 'operator', 'verifyRedemption'],
  ['POST /v1/ops/rebuild/tier-evaluation', 'tier-evaluation', 'operator', 'rebuildTierEvaluation'],
];

export const ROUTES: readonly Route[] = LINES.map(([target, owner, roles, operation, ...flags]) => {
  const [method, path] = target.split(' ') as [Method, string];
  return {
    method,
    path,
    owner,
    roles: roles.split(' ') as Role[],
    operation,
    idempotent: flags.includes('idempotent'),
    upload: flags.includes('upload'),
    handles: handlesFor(flags),
  };
});

/** A creator sees the names of others where they compete, and nowhere else. */
function handlesFor(flags: readonly Flag[]): readonly Role[] {
  if (flags.includes('handles-for-all')) return ['admin', 'creator'];
  return flags.includes('handles') ? ['admin'] : [];
}
