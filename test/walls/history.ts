const inEverySchema = (table: string) =>
  ['ingestion', 'tier_evaluation', 'redemption', 'commission_boost'].map((schema) => `${schema}.${table}`);

/** History: what these tables hold is never changed and never removed, not even by the service that writes it. */
export const APPEND_ONLY: readonly string[] = [
  'ingestion.client_directory',
  'ingestion.erased_handle',
  'ingestion.erasure_answer',
  'ingestion.quarantined_row',
  'ingestion.sales_entry',
  'ingestion.sync_application',
  'tier_evaluation.adjustment',
  'tier_evaluation.day_entry',
  'tier_evaluation.decision',
  'tier_evaluation.program',
  'tier_evaluation.standing_rebuild',
  'redemption.claim',
  'redemption.gift_address',
  'redemption.redemption_transition',
  'redemption.shipment',
  'commission_boost.alert',
  'commission_boost.boost_transition',
  'commission_boost.creator_gmv',
  'commission_boost.erasure_claim',
  'commission_boost.final_amount',
  'commission_boost.ledger_posting',
  'commission_boost.payment_detail',
  'commission_boost.statement',
  'commission_boost.reading_correction',
  'commission_boost.payout_export',
  'commission_boost.payout_late_success',
  ...['idempotency_answer', 'outbox', 'inbox', 'completed_sync', 'parked_audit'].flatMap(inEverySchema),
];

/** The only tables a service may remove rows from: what ended before it counted, a slot given back, parked work,
 * a projection that nobody is shown any longer. */
export const REMOVABLE: readonly string[] = [
  'commission_boost.account_fingerprint',
  'commission_boost.statement_request',
  'ingestion.sync',
  'ingestion.staged_difference',
  'ingestion.staged_row',
  'commission_boost.reading_recheck',
  'redemption.claim_slot',
  'redemption.load_reading',
  'redemption.reward_count_delta',
  'tier_evaluation.leaderboard_boundary',
  'tier_evaluation.leaderboard_place',
  ...['parked_event', 'parked_key'].flatMap(inEverySchema),
];

/** Neither money nor counters: numbers that a row begins without. */
export const NOT_KNOWN_AT_FIRST: readonly string[] = [
  'ingestion.sync.bytes_announced',
  'ingestion.sync.sequence',
  'ingestion.reconciliation_finding.resolved_run',
  'tier_evaluation.reconciliation_finding.resolved_run',
  'redemption.reconciliation_finding.resolved_run',
  'commission_boost.reconciliation_finding.resolved_run',
];
