import { Erasures } from '#libs/secrets';
import { ReconciliationModule, statefulModules } from '#libs/service-kit';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { TierEvaluationConfig } from './config.ts';
import { ApplyCreatorSalesConsumer } from './consumers/apply-creator-sales.consumer.ts';
import { FollowErasuresConsumer } from './consumers/follow-erasures.consumer.ts';
import { FollowProgrammeDateConsumer } from './consumers/follow-programme-date.consumer.ts';
import { RecordCompletedSyncConsumer } from './consumers/record-completed-sync.consumer.ts';
import { RegisterClientConsumer } from './consumers/register-client.consumer.ts';
import { RegisterCreatorConsumer } from './consumers/register-creator.consumer.ts';
import { AdjustmentController } from './http/adjustment.controller.ts';
import { ImpactController } from './http/impact.controller.ts';
import { LeaderboardController } from './http/leaderboard.controller.ts';
import { ExplainController } from './http/explain.controller.ts';
import { RebuildController } from './http/rebuild.controller.ts';
import { ProgramController } from './http/program.controller.ts';
import { ReviewsController } from './http/reviews.controller.ts';
import { TierController } from './http/tier.controller.ts';
import { AdjustmentRepository } from './persistence/adjustment.repository.ts';
import { ClientReachRepository } from './persistence/client-reach.repository.ts';
import { CreatorFactsRepository } from './persistence/creator-facts.repository.ts';
import { DayLedgerRepository } from './persistence/day-ledger.repository.ts';
import { DecisionRepository } from './persistence/decision.repository.ts';
import { DueWindowRepository } from './persistence/due-window.repository.ts';
import { ErasedCreatorRepository } from './persistence/erased-creator.repository.ts';
import { ImpactRepository } from './persistence/impact.repository.ts';
import { LeaderboardEditionRepository } from './persistence/leaderboard-edition.repository.ts';
import { LeaderboardRepository } from './persistence/leaderboard.repository.ts';
import { ExplanationRepository } from './persistence/explanation.repository.ts';
import { IngestedTotalRepository } from './persistence/ingested-total.repository.ts';
import { LedgerMonthRepository } from './persistence/ledger-month.repository.ts';
import { OpenWindowRepository } from './persistence/open-window.repository.ts';
import { PlainSalesRepository } from './persistence/plain-sales.repository.ts';
import { ProgrammeDateRepository } from './persistence/programme-date.repository.ts';
import { ProgramRepository } from './persistence/program.repository.ts';
import { RunningSyncRepository } from './persistence/running-sync.repository.ts';
import { StandingRebuildRepository } from './persistence/standing-rebuild.repository.ts';
import { StandingRepository } from './persistence/standing.repository.ts';
import { TenantRepository } from './persistence/tenant.repository.ts';
import { TierReadingRepository } from './persistence/tier-reading.repository.ts';
import { ApplyReachedSyncs } from './reconcilers/apply-reached-syncs.reconciler.ts';
import { KeepLedgerMonths } from './reconcilers/keep-ledger-months.reconciler.ts';
import { MakeLeaderboards } from './reconcilers/make-leaderboards.reconciler.ts';
import { PromoteUnderNewPrograms } from './reconcilers/promote-under-new-programs.reconciler.ts';
import { ReviewOverdueCreatorsReconciler } from './reconcilers/review-overdue-creators.reconciler.ts';
import { AdjustmentContext } from './use-cases/adjustment-context.ts';
import { ApplyCreatorSales } from './use-cases/apply-creator-sales.ts';
import { NoteDiscardedSales } from './use-cases/note-discarded-sales.ts';
import { ApplyReachedSync } from './use-cases/apply-reached-sync.ts';
import { AssessProgramChange } from './use-cases/assess-program-change.ts';
import { ChangeBetweenSyncs } from './use-cases/change-between-syncs.ts';
import { CompareStandings } from './use-cases/compare-standings.ts';
import { DecideCreatorSales } from './use-cases/decide-creator-sales.ts';
import { EvaluateDueCheckpoints } from './use-cases/evaluate-due-checkpoints.ts';
import { ExplainTier } from './use-cases/explain-tier.ts';
import { FollowErasures } from './use-cases/follow-erasures.ts';
import { FollowProgrammeDate } from './use-cases/follow-programme-date.ts';
import { ListReviews } from './use-cases/list-reviews.ts';
import { LoadCreators } from './use-cases/load-creators.ts';
import { MakeLeaderboard } from './use-cases/make-leaderboard.ts';
import { MarkSyncApplied } from './use-cases/mark-sync-applied.ts';
import { PlanProgramChange } from './use-cases/plan-program-change.ts';
import { PromoteUnderNewProgram } from './use-cases/promote-under-new-program.ts';
import { PublishProgram } from './use-cases/publish-program.ts';
import { ReadDecisions } from './use-cases/read-decisions.ts';
import { ReadImpact } from './use-cases/read-impact.ts';
import { ReadLeaderboard } from './use-cases/read-leaderboard.ts';
import { ReadTier } from './use-cases/read-tier.ts';
import { RebuildCreators } from './use-cases/rebuild-creators.ts';
import { RebuildStandings } from './use-cases/rebuild-standings.ts';
import { RecordAdjustment } from './use-cases/record-adjustment.ts';
import { RegisterClients } from './use-cases/register-clients.ts';
import { RegisterCreators } from './use-cases/register-creators.ts';
import { ReportBoardsBehind } from './use-cases/report-boards-behind.ts';
import { ReportPendingWork } from './use-cases/report-pending-work.ts';
import { ReviewDueChunk } from './use-cases/review-due-chunk.ts';
import { ReviewOverdueCreators } from './use-cases/review-overdue-creators.ts';
import { SaveCreators } from './use-cases/save-creators.ts';
import { UnfinishedPublications } from './use-cases/unfinished-publications.ts';

const CONSUMERS = [
  RegisterClientConsumer,
  RegisterCreatorConsumer,
  ApplyCreatorSalesConsumer,
  RecordCompletedSyncConsumer,
  FollowErasuresConsumer,
  FollowProgrammeDateConsumer,
];

const RECONCILERS = [
  KeepLedgerMonths,
  ApplyReachedSyncs,
  ReviewOverdueCreatorsReconciler,
  PromoteUnderNewPrograms,
  MakeLeaderboards,
];

const USE_CASES = [
  AdjustmentContext,
  ApplyCreatorSales,
  NoteDiscardedSales,
  ApplyReachedSync,
  AssessProgramChange,
  ChangeBetweenSyncs,
  DecideCreatorSales,
  EvaluateDueCheckpoints,
  ExplainTier,
  FollowErasures,
  FollowProgrammeDate,
  ListReviews,
  LoadCreators,
  MakeLeaderboard,
  MarkSyncApplied,
  PlanProgramChange,
  PromoteUnderNewProgram,
  PublishProgram,
  ReadDecisions,
  ReadImpact,
  ReadLeaderboard,
  ReadTier,
  RebuildCreators,
  RebuildStandings,
  RecordAdjustment,
  RegisterClients,
  RegisterCreators,
  ReportBoardsBehind,
  ReportPendingWork,
  ReviewDueChunk,
  ReviewOverdueCreators,
  SaveCreators,
  UnfinishedPublications,
];

const REPOSITORIES = [
  AdjustmentRepository,
  ClientReachRepository,
  CreatorFactsRepository,
  DayLedgerRepository,
  DecisionRepository,
  DueWindowRepository,
  ErasedCreatorRepository,
  ImpactRepository,
  LeaderboardEditionRepository,
  LeaderboardRepository,
  ExplanationRepository,
  IngestedTotalRepository,
  LedgerMonthRepository,
  OpenWindowRepository,
  PlainSalesRepository,
  ProgrammeDateRepository,
  ProgramRepository,
  RunningSyncRepository,
  StandingRebuildRepository,
  StandingRepository,
  TenantRepository,
  TierReadingRepository,
];

/** What the service is made of, apart from the libraries around it. */
export const PROVIDERS: Provider[] = [
  ...CONSUMERS,
  ...RECONCILERS,
  ...USE_CASES,
  ...REPOSITORIES,
  { provide: Erasures, useValue: new Erasures('tier_evaluation') },
];

@Module({})
export class TierEvaluationModule {
  static forRoot(config: TierEvaluationConfig): DynamicModule {
    return {
      module: TierEvaluationModule,
      imports: [
        ...statefulModules('tier-evaluation', config),
        ReconciliationModule.forRoot({
          service: 'tier-evaluation',
          hour: config.reconcileHour,
          comparisons: [CompareStandings],
          providers: [CreatorFactsRepository, ProgramRepository, ClientReachRepository],
        }),
      ],
      controllers: [
        ProgramController,
        AdjustmentController,
        TierController,
        RebuildController,
        ExplainController,
        ReviewsController,
        LeaderboardController,
        ImpactController,
      ],
      providers: PROVIDERS,
    };
  }
}
