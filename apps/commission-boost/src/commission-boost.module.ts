import { KeyRing, SecretsModule } from '#libs/secrets';
import { ReconciliationModule, statefulModules } from '#libs/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import type { CommissionBoostConfig } from './config.ts';
import { FollowProgrammeDateConsumer } from './consumers/follow-programme-date.consumer.ts';
import { RecordCompletedSyncConsumer } from './consumers/record-completed-sync.consumer.ts';
import { RecordCreatorSalesConsumer } from './consumers/record-creator-sales.consumer.ts';
import { RegisterClientConsumer } from './consumers/register-client.consumer.ts';
import { ScheduleBoostConsumer } from './consumers/schedule-boost.consumer.ts';
import { AlertsController } from './http/alerts.controller.ts';
import { BoostsController } from './http/boosts.controller.ts';
import { PaymentDetailsController } from './http/payment-details.controller.ts';
import { PayoutsController } from './http/payouts.controller.ts';
import { AlertRepository } from './persistence/alert.repository.ts';
import { BoostFactsRepository } from './persistence/boost-facts.repository.ts';
import { BoostRepository } from './persistence/boost.repository.ts';
import { ClientRepository } from './persistence/client.repository.ts';
import { CreatorGmvRepository } from './persistence/creator-gmv.repository.ts';
import { DueBoostRepository } from './persistence/due-boost.repository.ts';
import { DueWorkRepository } from './persistence/due-work.repository.ts';
import { FinalAmountRepository } from './persistence/final-amount.repository.ts';
import { FORMER_SEAL, FormerSeal } from './persistence/former-seal.ts';
import { HistoryPartitionRepository } from './persistence/history-partition.repository.ts';
import { PaymentDetailRepository } from './persistence/payment-detail.repository.ts';
import { ReadingCorrectionRepository } from './persistence/reading-correction.repository.ts';
import { ReadingRepository } from './persistence/reading.repository.ts';
import { WaitingClaimRepository } from './persistence/waiting-claim.repository.ts';
import { CompletedSyncReconciler } from './reconcilers/completed-sync.reconciler.ts';
import { FormerSealReconciler } from './reconcilers/former-seal.reconciler.ts';
import { HistoryPartitionReconciler } from './reconcilers/history-partition.reconciler.ts';
import { LateBoostReconciler } from './reconcilers/late-boost.reconciler.ts';
import { AlertOnExpiry } from './use-cases/alert-on-expiry.ts';
import { ApplyCompletedSync } from './use-cases/apply-completed-sync.ts';
import { BOOST_COMPARISONS } from './use-cases/compare-boosts.ts';
import { FindAlerts } from './use-cases/find-alerts.ts';
import { FindBoosts } from './use-cases/find-boosts.ts';
import { FollowProgrammeDate } from './use-cases/follow-programme-date.ts';
import { MakeDueSteps } from './use-cases/make-due-steps.ts';
import { MoveDueBoosts } from './use-cases/move-due-boosts.ts';
import { NoteCorrections } from './use-cases/note-corrections.ts';
import { PayBoost } from './use-cases/pay-boost.ts';
import { RaiseAlerts } from './use-cases/raise-alerts.ts';
import { RecordCreatorSales } from './use-cases/record-creator-sales.ts';
import { RegisterClient } from './use-cases/register-client.ts';
import { ReportPendingWork } from './use-cases/report-pending-work.ts';
import { ScheduleBoosts } from './use-cases/schedule-boosts.ts';
import { SetFinalAmount } from './use-cases/set-final-amount.ts';
import { SubmitPaymentDetails } from './use-cases/submit-payment-details.ts';

const REPOSITORIES = [
  AlertRepository,
  BoostRepository,
  ClientRepository,
  CreatorGmvRepository,
  DueBoostRepository,
  DueWorkRepository,
  FinalAmountRepository,
  HistoryPartitionRepository,
  PaymentDetailRepository,
  ReadingCorrectionRepository,
  ReadingRepository,
  WaitingClaimRepository,
];

const USE_CASES = [
  AlertOnExpiry,
  ApplyCompletedSync,
  FindAlerts,
  FindBoosts,
  FollowProgrammeDate,
  MakeDueSteps,
  MoveDueBoosts,
  NoteCorrections,
  PayBoost,
  RaiseAlerts,
  RecordCreatorSales,
  RegisterClient,
  ReportPendingWork,
  ScheduleBoosts,
  SetFinalAmount,
  SubmitPaymentDetails,
];

const CONSUMERS = [
  FollowProgrammeDateConsumer,
  RecordCompletedSyncConsumer,
  RecordCreatorSalesConsumer,
  RegisterClientConsumer,
  ScheduleBoostConsumer,
];

const RECONCILERS = [CompletedSyncReconciler, FormerSealReconciler, HistoryPartitionReconciler, LateBoostReconciler];

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
      controllers: [AlertsController, BoostsController, PaymentDetailsController, PayoutsController],
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
