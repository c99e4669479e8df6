import { statefulModules } from '#libs/service-kit';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { TierEvaluationConfig } from './config.ts';
import { ApplyCreatorSalesConsumer } from './consumers/apply-creator-sales.consumer.ts';
import { FollowProgrammeDateConsumer } from './consumers/follow-programme-date.consumer.ts';
import { RecordCompletedSyncConsumer } from './consumers/record-completed-sync.consumer.ts';
import { RegisterClientConsumer } from './consumers/register-client.consumer.ts';
import { RegisterCreatorConsumer } from './consumers/register-creator.consumer.ts';
import { AdjustmentController } from './http/adjustment.controller.ts';
import { ProgramController } from './http/program.controller.ts';
import { TierController } from './http/tier.controller.ts';
import { AdjustmentRepository } from './persistence/adjustment.repository.ts';
import { DayLedgerRepository } from './persistence/day-ledger.repository.ts';
import { DecisionRepository } from './persistence/decision.repository.ts';
import { LedgerMonthRepository } from './persistence/ledger-month.repository.ts';
import { ProgrammeDateRepository } from './persistence/programme-date.repository.ts';
import { ProgramRepository } from './persistence/program.repository.ts';
import { StandingRepository } from './persistence/standing.repository.ts';
import { TenantRepository } from './persistence/tenant.repository.ts';
import { ApplyReachedSyncs } from './reconcilers/apply-reached-syncs.reconciler.ts';
import { KeepLedgerMonths } from './reconcilers/keep-ledger-months.reconciler.ts';
import { PromoteUnderNewPrograms } from './reconcilers/promote-under-new-programs.reconciler.ts';
import { ReviewOverdueCreatorsReconciler } from './reconcilers/review-overdue-creators.reconciler.ts';
import { AdjustmentContext } from './use-cases/adjustment-context.ts';
import { ApplyCreatorSales } from './use-cases/apply-creator-sales.ts';
import { ApplyReachedSync } from './use-cases/apply-reached-sync.ts';
import { EvaluateDueCheckpoints } from './use-cases/evaluate-due-checkpoints.ts';
import { FollowProgrammeDate } from './use-cases/follow-programme-date.ts';
import { LoadCreators } from './use-cases/load-creators.ts';
import { MarkSyncApplied } from './use-cases/mark-sync-applied.ts';
import { PromoteUnderNewProgram } from './use-cases/promote-under-new-program.ts';
import { PublishProgram } from './use-cases/publish-program.ts';
import { ReadDecisions } from './use-cases/read-decisions.ts';
import { ReadTier } from './use-cases/read-tier.ts';
import { RecordAdjustment } from './use-cases/record-adjustment.ts';
import { RegisterClients } from './use-cases/register-clients.ts';
import { RegisterCreators } from './use-cases/register-creators.ts';
import { ReportPendingWork } from './use-cases/report-pending-work.ts';
import { ReviewOverdueCreators } from './use-cases/review-overdue-creators.ts';
import { SaveCreators } from './use-cases/save-creators.ts';
import { UnfinishedPublications } from './use-cases/unfinished-publications.ts';

const CONSUMERS = [
  RegisterClientConsumer,
  RegisterCreatorConsumer,
  ApplyCreatorSalesConsumer,
  RecordCompletedSyncConsumer,
  FollowProgrammeDateConsumer,
];

const RECONCILERS = [KeepLedgerMonths, ApplyReachedSyncs, ReviewOverdueCreatorsReconciler, PromoteUnderNewPrograms];

const USE_CASES = [
  AdjustmentContext,
  ApplyCreatorSales,
  ApplyReachedSync,
  EvaluateDueCheckpoints,
  FollowProgrammeDate,
  LoadCreators,
  MarkSyncApplied,
  PromoteUnderNewProgram,
  PublishProgram,
  ReadDecisions,
  ReadTier,
  RecordAdjustment,
  RegisterClients,
  RegisterCreators,
  ReportPendingWork,
  ReviewOverdueCreators,
  SaveCreators,
  UnfinishedPublications,
];

const REPOSITORIES = [
  AdjustmentRepository,
  DayLedgerRepository,
  DecisionRepository,
  LedgerMonthRepository,
  ProgrammeDateRepository,
  ProgramRepository,
  StandingRepository,
  TenantRepository,
];

/** What the service is made of, apart from the libraries around it. */
export const PROVIDERS: Provider[] = [...CONSUMERS, ...RECONCILERS, ...USE_CASES, ...REPOSITORIES];

@Module({})
export class TierEvaluationModule {
  static forRoot(config: TierEvaluationConfig): DynamicModule {
    return {
      module: TierEvaluationModule,
      imports: statefulModules('tier-evaluation', config),
      controllers: [ProgramController, AdjustmentController, TierController],
      providers: PROVIDERS,
    };
  }
}
