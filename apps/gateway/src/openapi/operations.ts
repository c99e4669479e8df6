import { Type, type TSchema } from '@sinclair/typebox';
import { LEADERBOARD } from './components-board.ts';
import { ALERT_KIND } from './components-boost.ts';
import { date, oneOf, pageOf, ref, tierNumber, uuid } from './schemas.ts';

/** What the OpenAPI document says of a route beyond the route table. */
export interface Operation {
  readonly summary: string;
  readonly status: number;
  readonly answer?: TSchema;
  readonly body?: TSchema;
  /** The body may be left out. */
  readonly bodyOptional?: true;
  /** The answer may also be had as text/html. */
  readonly page?: true;
  /** The answer is a line of JSON after another. */
  readonly lines?: true;
  /** The answer may also be had as text/csv; `only`: as nothing else. */
  readonly csv?: true | 'only';
  /** An upload that no form may hold. */
  readonly plain?: true;
  /** Query parameters; optional unless named in `required`. */
  readonly query?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  /** Takes `If-Match`. */
  readonly conditional?: true;
}

const PAGE = { limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }), cursor: Type.String() };

const get = (summary: string, name: string): Operation => ({ summary, status: 200, answer: ref(name) });
const listOf = (summary: string, name: string, filter: Record<string, TSchema> = {}): Operation => ({
  summary,
  status: 200,
  answer: pageOf(name),
  query: { ...filter, ...PAGE },
});
const act = (summary: string, status: number, name?: string, body?: string): Operation => ({
  summary,
  status,
  ...(name === undefined ? {} : { answer: ref(name) }),
  ...(body === undefined ? {} : { body: ref(body) }),
});

const OUTCOME = oneOf('demoted', 'maintained', 'promoted');
const BOOST_STATUS = oneOf('scheduled', 'active', 'expired', 'pending_info', 'pending_payout', 'paid');
const REDEMPTION_STATUS = oneOf('claimable', 'claimed', 'fulfilled', 'concluded', 'rejected');

/** By the operation of the route table; a route without one fails a test. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  createClient: act('Create a client', 201, 'Client', 'NewClient'),
  listClients: listOf('Clients', 'Client'),
  publishProgram: {
    ...act('Publish the program, or with dryRun say what that would do', 200, 'PublishedProgram', 'NewProgram'),
    query: { dryRun: Type.Boolean({ default: false, description: 'answers the plan and changes nothing' }) },
    conditional: true,
  },
  getProgram: get('The program', 'Program'),
  uploadSync: {
    ...act('Upload a CSV of lifetime totals', 202, 'Sync'),
    query: { businessDate: date, dryRun: Type.Boolean() },
    required: ['businessDate'],
  },
  listSyncs: listOf('Syncs, the latest first', 'Sync'),
  getSync: get('A sync', 'Sync'),
  getQuarantine: { ...listOf('Rows that were refused: a page as JSON, all as text/csv', 'QuarantinedRow'), csv: true },
  getImpact: get('What a sync did to the creators', 'Impact'),
  approveSync: act('Approve a held sync', 202, 'Sync'),
  discardSync: act('Discard a held sync', 202, 'Sync'),
  listCreators: listOf('Creators', 'Creator', { handle: Type.String(), tier: tierNumber }),
  getCreator: get('A creator', 'Creator'),
  eraseCreator: {
    ...act('Erase a creator; the answer is a resource that lists what was erased where', 202, 'Erasure', 'NewErasure'),
    bodyOptional: true,
  },
  getErasure: get('An erasure: what keeps it from being done, or what is erased where', 'Erasure'),
  getTier: get('A creator’s tier', 'Tier'),
  explainTier: {
    ...get('Why a creator stood where it stood: as of a business date, as known after a sync', 'TierExplanation'),
    query: { asOf: date, knownAt: uuid },
  },
  listDecisions: listOf('A creator’s decisions, oldest first', 'Decision'),
  listSales: listOf('A creator’s sales by day', 'SalesDay', { from: date, to: date }),
  listReviews: listOf('Reviews ahead by due date; a page may be short and still have a next one', 'ReviewAhead', {
    dueBefore: date,
    projected: OUTCOME,
    tier: tierNumber,
  }),
  createAdjustment: act('Correct a creator’s sales', 201, 'Adjustment', 'NewAdjustment'),
  getLeaderboard: {
    summary: 'Creators by their lifetime value as of the last applied sync; equal values share a rank',
    status: 200,
    answer: LEADERBOARD,
    query: { creatorId: uuid, ...PAGE },
  },
  createReward: act('Create a reward, disabled', 201, 'Reward', 'NewReward'),
  listRewards: listOf('Rewards', 'Reward'),
  getReward: get('A reward, with how many of its redemptions are in each state', 'CountedReward'),
  changeReward: { ...act('Change a reward', 200, 'ChangedReward', 'RewardChange'), conditional: true },
  enableReward: act('Enable a reward, which starts its backfill', 202, 'RewardSwitched'),
  disableReward: act('Disable a reward', 202, 'RewardSwitched'),
  listBackfills: listOf('Backfills', 'Backfill'),
  getBackfill: get('A backfill', 'Backfill'),
  pauseBackfill: act('Pause a backfill', 202, 'Backfill'),
  resumeBackfill: act('Resume a backfill', 202, 'Backfill'),
  cancelBackfill: act('Cancel a backfill', 202, 'Backfill'),
  listRedemptions: listOf('Redemptions; a creator sees its own, hidden ones never', 'Redemption', {
    status: REDEMPTION_STATUS,
    rewardId: uuid,
    creatorId: uuid,
    hidden: Type.Boolean(),
  }),
  getRedemption: get('A redemption', 'Redemption'),
  claimRedemption: { ...act('Claim a redemption', 200, 'Redemption', 'Claim'), bodyOptional: true },
  fulfilRedemption: { ...act('Mark a redemption fulfilled', 200, 'Redemption', 'Notes'), bodyOptional: true },
  concludeRedemption: { ...act('Conclude a redemption', 200, 'Redemption', 'Notes'), bodyOptional: true },
  shipRedemption: act('Ship a gift', 200, 'Redemption', 'Shipment'),
  deliverRedemption: { ...act('Mark a gift delivered', 200, 'Redemption', 'Notes'), bodyOptional: true },
  listBoosts: listOf('Boosts; payableBefore: those whose hold ends before that date', 'Boost', {
    status: BOOST_STATUS,
    payableBefore: date,
  }),
  getBoost: get('A boost', 'Boost'),
  getBoostHistory: listOf('A boost’s steps', 'BoostTransition'),
  getStatement: {
    ...get(
      'What a boost pays and how it came about, to be recomputed by anybody; as text/html a page',
      'StatementFile',
    ),
    query: { version: Type.Integer({ minimum: 1, description: 'a former version; the latest when left out' }) },
    page: true,
  },
  getStatementsHead: get('The last link of the chain of statements', 'StatementsHead'),
  getStatementsChain: { ...get('All links of the chain of statements', 'StatementsLink'), lines: true },
  putPaymentDetails: act('Say where a payout goes', 200, 'Boost', 'PaymentDetails'),
  setFinalAmount: act('Set the final amount', 200, 'Boost', 'FinalAmount'),
  payBoost: act('Record a payout', 200, 'Boost', 'Payment'),
  listAlerts: listOf('What people should look at, the latest first', 'Alert', { kind: ALERT_KIND, boostId: uuid }),
  getPayoutSummary: get(
    'What stands in each account of the payout ledger, and the boosts by status, by month',
    'PayoutSummary',
  ),
  createPayoutRun: act('Freeze everything payable into a payout run', 201, 'PayoutRun'),
  listPayoutRuns: listOf('Payout runs, the latest first', 'PayoutRun'),
  getPayoutRun: get('A payout run', 'PayoutRun'),
  listPayouts: listOf('The payouts of a run', 'Payout'),
  exportPayoutRun: {
    summary:
      'A run as a PayPal mass payment file: recipient, amount, currency, reference, note, wallet, without a header',
    status: 200,
    csv: 'only',
    query: { again: Type.Boolean({ default: false, description: 'once more, although it was exported before' }) },
  },
  settlePayoutRun: {
    ...act('Take the provider’s results, a CSV with reference, transactionId and status; any line may come again', 200),
    answer: ref('PayoutResults'),
    plain: true,
  },
  getMe: get('What a creator’s first screen shows', 'Me'),
  getStatus: get('Where all services stand', 'Status'),
  watchBackfill: get('A backfill of whatever client, for operators', 'WatchedBackfill'),
  listParked: { summary: 'Parked keys, with reason and waiting events', status: 200, answer: pageOf('Parked') },
  releaseParked: act('Replay a parked key', 202, 'Parked'),
  discardParked: act('Discard a parked key', 202),
  reconcile: {
    ...act('Compare the figures that stand in two places; 202 while it goes on', 200, 'Reconciliation'),
    query: { clientId: uuid },
  },
  getReconciliation: { ...get('How far the latest comparison is', 'Reconciliation'), query: { clientId: uuid } },
  listFindings: listOf('Figures that do not agree, by service and client, the oldest first', 'Finding', {
    clientId: uuid,
    kind: Type.String(),
    status: oneOf('open', 'resolved', 'all'),
  }),
  getIngestionKeys: get('The master keys of the hashes of erased handles', 'MasterKeys'),
  rotateIngestionKeys: act('The same for hashes of erased handles', 200, 'KeysRotated', 'Rotation'),
  getRedemptionKeys: get('The master keys of gift addresses', 'MasterKeys'),
  rotateRedemptionKeys: act(
    'Wrap data keys by the current master key, a part at a time',
    200,
    'KeysRotated',
    'Rotation',
  ),
  getCommissionBoostKeys: get('The master keys of payment accounts', 'MasterKeys'),
  rotateCommissionBoostKeys: act('The same for payment accounts', 200, 'KeysRotated', 'Rotation'),
  verifyRedemption: {
    ...act('Hold everything of a client’s redemptions against the rules; blank lines come before a late answer', 200),
    answer: ref('Verification'),
    query: { clientId: uuid },
    required: ['clientId'],
  },
  rebuildTierEvaluation: act('Make a client’s standings again, a part at a time', 200, 'Rebuilt', 'Rebuild'),
};
