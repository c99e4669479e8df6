import { KeyRing, SecretsModule } from '#libs/secrets';
import { ReconciliationModule, statefulModules } from '#libs/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import type { CommissionBoostConfig } from './config.ts';
import { AlertOnBrokenAddressConsumer } from './consumers/alert-on-broken-address.consumer.ts';
import { FollowErasuresConsumer } from './consumers/follow-erasures.consumer.ts';
import { FollowProgrammeDateConsumer } from './consumers/follow-programme-date.consumer.ts';
import { NoteClaimedBoostsConsumer } from './consumers/note-claimed-boosts.consumer.ts';
import { RecordCompletedSyncConsumer } from './consumers/record-completed-sync.consumer.ts';
import { RecordCreatorSalesConsumer } from './consumers/record-creator-sales.consumer.ts';
import { RegisterClientConsumer } from './consumers/register-client.consumer.ts';
import { ScheduleBoostConsumer } from './consumers/schedule-boost.consumer.ts';
import { AlertsController } from './http/alerts.controller.ts';
import { BoostsController } from './http/boosts.controller.ts';
import { PaymentDetailsController } from './http/payment-details.controller.ts';
import { PayoutFilesController } from './http/payout-files.controller.ts';
import { PayoutRunsController } from './http/payout-runs.controller.ts';
import { PayoutSummaryController } from './http/payout-summary.controller.ts';
import { PayoutsController } from './http/payouts.controller.ts';
import { StatementsController } from './http/statements.controller.ts';
import { AlertRepository } from './persistence/alert.repository.ts';
import { BoostFactsRepository } from './persistence/boost-facts.repository.ts';
import { AccountFingerprintRepository } from './persistence/account-fingerprint.repository.ts';
import { BoostRepository } from './persistence/boost.repository.ts';
import { ClientRepository } from './persistence/client.repository.ts';
import { CreatorGmvRepository } from './persistence/creator-gmv.repository.ts';
import { DueBoostRepository } from './persistence/due-boost.repository.ts';
import { ErasedCreatorRepository } from './persistence/erased-creator.repository.ts';
import { DueWorkRepository } from './persistence/due-work.repository.ts';
import { FinalAmountRepository } from './persistence/final-amount.repository.ts';
import { FORMER_SEAL, FormerSeal } from './persistence/former-seal.ts';
import { HistoryPartitionRepository } from './persistence/history-partition.repository.ts';
import { LedgerRepository } from './persistence/ledger.repository.ts';
import { PaymentDetailRepository } from './persistence/payment-detail.repository.ts';
import { ProvisionalRepository } from './persistence/provisional.repository.ts';
import { ReadingRepository } from './persistence/reading.repository.ts';
import { StatementRequestRepository } from './persistence/statement-request.repository.ts';
import { StatementSourceRepository } from './persistence/statement-source.repository.ts';
import { StatementRepository } from './persistence/statement.repository.ts';
import { ReadingCorrectionRepository } from './persistence/reading-correction.repository.ts';
import { WaitingClaimRepository } from './persistence/waiting-claim.repository.ts';
import { PaymentRepository } from './persistence/payment.repository.ts';
import { PayoutAttemptRepository } from './persistence/payout-attempt.repository.ts';
import { PayoutRunRepository } from './persistence/payout-run.repository.ts';
import { ReleaseRepository } from './persistence/release.repository.ts';
import { CompletedSyncReconciler } from './reconcilers/completed-sync.reconciler.ts';
import { ErasureReconciler } from './reconcilers/erasure.reconciler.ts';
import { FormerAccountReconciler } from './reconcilers/former-account.reconciler.ts';
import { FormerSealReconciler } from './reconcilers/former-seal.reconciler.ts';
import { HistoryPartitionReconciler } from './reconcilers/history-partition.reconciler.ts';
import { LateBoostReconciler } from './reconcilers/late-boost.reconciler.ts';
import { StatementReconciler } from './reconcilers/statement.reconciler.ts';
import { AlertOnExpiry } from './use-cases/alert-on-expiry.ts';
import { PayoutRunReconciler } from './reconcilers/payout-run.reconciler.ts';
import { PayoutTotalReconciler } from './reconcilers/payout-total.reconciler.ts';
import { ReleasePayoutsReconciler } from './reconcilers/release-payouts.reconciler.ts';
import { ApplyCompletedSync } from './use-cases/apply-completed-sync.ts';
import { BOOST_COMPARISONS } from './use-cases/compare-boosts.ts';
import { BeginPayoutRun } from './use-cases/begin-payout-run.ts';
import { BookPayments } from './use-cases/book-payments.ts';
import { ExportPayoutRun } from './use-cases/export-payout-run.ts';
import { FindAlerts } from './use-cases/find-alerts.ts';
import { FindBoosts } from './use-cases/find-boosts.ts';
import { CarryOutErasures } from './use-cases/carry-out-erasures.ts';
import { CompareFormerAccounts } from './use-cases/compare-former-accounts.ts';
import { DestroyCreator } from './use-cases/destroy-creator.ts';
import { EndErasedBoosts } from './use-cases/end-erased-boosts.ts';
import { FollowErasures } from './use-cases/follow-erasures.ts';
import { FollowProgrammeDate } from './use-cases/follow-programme-date.ts';
import { MakeStatements } from './use-cases/make-statements.ts';
import { MakeDueSteps } from './use-cases/make-due-steps.ts';
import { FindPayoutRuns } from './use-cases/find-payout-runs.ts';
import { FreezePayouts } from './use-cases/freeze-payouts.ts';
import { MoveDueBoosts } from './use-cases/move-due-boosts.ts';
import { NoteAccount } from './use-cases/note-account.ts';
import { NoteCorrections } from './use-cases/note-corrections.ts';
import { PayBoost } from './use-cases/pay-boost.ts';
import { ReadStatements } from './use-cases/read-statements.ts';
import { RaiseAlerts } from './use-cases/raise-alerts.ts';
import { RecordCreatorSales } from './use-cases/record-creator-sales.ts';
import { RegisterClient } from './use-cases/register-client.ts';
import { ReleasePayouts } from './use-cases/release-payouts.ts';
import { ReportHeldPayouts } from './use-cases/report-held-payouts.ts';
import { ReportPendingWork } from './use-cases/report-pending-work.ts';
import { ScheduleBoosts } from './use-cases/schedule-boosts.ts';
import { SetFinalAmount } from './use-cases/set-final-amount.ts';
import { SettlePayoutRun } from './use-cases/settle-payout-run.ts';
import { SettlePayouts } from './use-cases/settle-payouts.ts';
import { SubmitPaymentDetails } from './use-cases/submit-payment-details.ts';
import { TellBrokenSeals } from './use-cases/tell-broken-seals.ts';
import { SummarizePayouts } from './use-cases/summarize-payouts.ts';
const CONTROLLERS = [
  StatementsController,
  AlertsController,
  BoostsController,
  PaymentDetailsController,
  PayoutFilesController,
  PayoutRunsController,
  PayoutSummaryController,
  PayoutsController,
];

const REPOSITORIES = [
  AccountFingerprintRepository,
  AlertRepository,
  BoostRepository,
  ClientRepository,
  CreatorGmvRepository,
  DueBoostRepository,
  ErasedCreatorRepository,
  DueWorkRepository,
  FinalAmountRepository,
  HistoryPartitionRepository,
  LedgerRepository,
  PaymentDetailRepository,
  ProvisionalRepository,
  ReadingRepository,
  StatementRepository,
  StatementRequestRepository,
  StatementSourceRepository,
  ReadingCorrectionRepository,
  WaitingClaimRepository,
  PaymentRepository,
  PayoutAttemptRepository,
  PayoutRunRepository,
  ReleaseRepository,
];

const USE_CASES = [
  CarryOutErasures,
  CompareFormerAccounts,
  DestroyCreator,
  EndErasedBoosts,
  FollowErasures,
  NoteAccount,
  TellBrokenSeals,
  AlertOnExpiry,
  ApplyCompletedSync,
  BeginPayoutRun,
  BookPayments,
  ExportPayoutRun,
  FindAlerts,
  FindBoosts,
  FindPayoutRuns,
  FollowProgrammeDate,
  MakeStatements,
  MakeDueSteps,
  FreezePayouts,
  MoveDueBoosts,
  NoteCorrections,
  PayBoost,
  ReadStatements,
  RaiseAlerts,
  RecordCreatorSales,
  RegisterClient,
  ReleasePayouts,
  ReportHeldPayouts,
  ReportPendingWork,
  ScheduleBoosts,
  SetFinalAmount,
  SettlePayoutRun,
  SettlePayouts,
  SubmitPaymentDetails,
  SummarizePayouts,
];

const CONSUMERS = [
  AlertOnBrokenAddressConsumer,
  FollowErasuresConsumer,
  NoteClaimedBoostsConsumer,
  FollowProgrammeDateConsumer,
  RecordCompletedSyncConsumer,
  RecordCreatorSalesConsumer,
  RegisterClientConsumer,
  ScheduleBoostConsumer,
];

const RECONCILERS = [
  CompletedSyncReconciler,
  ErasureReconciler,
  FormerAccountReconciler,
  FormerSealReconciler,
  HistoryPartitionReconciler,
  LateBoostReconciler,
  StatementReconciler,
  PayoutRunReconciler,
  PayoutTotalReconciler,
  ReleasePayoutsReconciler,
];

@Module({})
export class CommissionBoostModule {
  static forRoot(config: CommissionBoostConfig): DynamicModule {
    const { formerPaymentKey, masterKeys } = config;
    return {
      module: CommissionBoostModule,
      imports: [
        ...statefulModules('commission-boost', config),
        ReconciliationModule.forRoot({
          service: 'commission-boost',
          hour: config.reconcileHour,
          comparisons: BOOST_COMPARISONS,
          providers: [BoostFactsRepository, ReadingRepository],
        }),
        SecretsModule.forRoot({ service: 'commission-boost', keys: new KeyRing(masterKeys) }),
      ],
      controllers: CONTROLLERS,
      providers: [
        { provide: FORMER_SEAL, useValue: formerPaymentKey && new FormerSeal(formerPaymentKey) },
        ...REPOSITORIES,
        ...USE_CASES,
        ...CONSUMERS,
        ...RECONCILERS,
      ],
    };
  }
}
