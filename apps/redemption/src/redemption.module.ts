import { KeyRing, SecretsModule } from '#libs/secrets';
import { ReconciliationModule, statefulModules } from '#libs/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import type { RedemptionConfig } from './config.ts';
import { ApplyTierChangesConsumer } from './consumers/apply-tier-changes.consumer.ts';
import { ApplyMissionGrantsConsumer } from './consumers/apply-mission-grants.consumer.ts';
import { ExpectProgrammeDateConsumer } from './consumers/expect-programme-date.consumer.ts';
import { FollowBoostsConsumer } from './consumers/follow-boosts.consumer.ts';
import { FollowErasuresConsumer } from './consumers/follow-erasures.consumer.ts';
import { FollowProgramConsumer } from './consumers/follow-program.consumer.ts';
import { FollowProgrammeDateConsumer } from './consumers/follow-programme-date.consumer.ts';
import { RegisterClientConsumer } from './consumers/register-client.consumer.ts';
import { RegisterCreatorConsumer } from './consumers/register-creator.consumer.ts';
import { BackfillWatchController } from './http/backfill-watch.controller.ts';
import { BackfillsController } from './http/backfills.controller.ts';
import { RedemptionController } from './http/redemption.controller.ts';
import { RedemptionsController } from './http/redemptions.controller.ts';
import { RedemptionStepsController } from './http/redemption-steps.controller.ts';
import { ClaimsController } from './http/claims.controller.ts';
import { CountedRewardController } from './http/counted-reward.controller.ts';
import { RewardChangesController } from './http/reward-changes.controller.ts';
import { RewardsController } from './http/rewards.controller.ts';
import { VerificationController } from './http/verification.controller.ts';
import { BackfillChunkRepository } from './persistence/backfill-chunk.repository.ts';
import { BackfillFaultRepository } from './persistence/backfill-fault.repository.ts';
import { BackfillSliceRepository } from './persistence/backfill-slice.repository.ts';
import { BackfillRepository } from './persistence/backfill.repository.ts';
import { BoostStateRepository } from './persistence/boost-state.repository.ts';
import { ClaimRepository } from './persistence/claim.repository.ts';
import { ClientPartitionRepository } from './persistence/client-partition.repository.ts';
import { ClientRepository } from './persistence/client.repository.ts';
import { CreatorTierRepository } from './persistence/creator-tier.repository.ts';
import { EagerRuleCheckRepository } from './persistence/eager-rule-check.repository.ts';
import { ErasureRepository } from './persistence/erasure.repository.ts';
import { GiftAddressRepository } from './persistence/gift-address.repository.ts';
import { GrantRepository } from './persistence/grant.repository.ts';
import { HistoryCheckRepository } from './persistence/history-check.repository.ts';
import { HistoryRepository } from './persistence/history.repository.ts';
import { MissionGrantRepository } from './persistence/mission-grant.repository.ts';
import { RedemptionPageRepository } from './persistence/redemption-page.repository.ts';
import { LoadReadingRepository } from './persistence/load-reading.repository.ts';
import { RedemptionRepository } from './persistence/redemption.repository.ts';
import { RewardCountRepository } from './persistence/reward-count.repository.ts';
import { RewardRepository } from './persistence/reward.repository.ts';
import { TierArrivalRepository } from './persistence/tier-arrival.repository.ts';
import { TotalsCheckRepository } from './persistence/totals-check.repository.ts';
import { BackfillsReconciler } from './reconcilers/backfills.reconciler.ts';
import { ClientPartitionsReconciler } from './reconcilers/client-partitions.reconciler.ts';
import { RewardCountsReconciler } from './reconcilers/reward-counts.reconciler.ts';
import { AnnounceBackfill } from './use-cases/announce-backfill.ts';
import { ApplyMissionGrants } from './use-cases/apply-mission-grants.ts';
import { ApplyTierChanges } from './use-cases/apply-tier-changes.ts';
import { BACKFILL_PACE, type BackfillPace } from './use-cases/backfill-pace.ts';
import { BeginBackfill } from './use-cases/begin-backfill.ts';
import { CarryOnBackfill } from './use-cases/carry-on-backfill.ts';
import { ChangeReward } from './use-cases/change-reward.ts';
import { ClaimRedemption } from './use-cases/claim-redemption.ts';
import { CompareBoostStates } from './use-cases/compare-boost-states.ts';
import { ControlBackfill } from './use-cases/control-backfill.ts';
import { CreateReward } from './use-cases/create-reward.ts';
import { ErasureEnds } from './use-cases/erasure-ends.ts';
import { FollowBoosts } from './use-cases/follow-boosts.ts';
import { FollowClient } from './use-cases/follow-client.ts';
import { FollowErasures } from './use-cases/follow-erasures.ts';
import { GiveUpBackfill } from './use-cases/give-up-backfill.ts';
import { HideErased } from './use-cases/hide-erased.ts';
import { LoadClaim } from './use-cases/load-claim.ts';
import { MakeNextRow } from './use-cases/make-next-row.ts';
import { MoveRedemption } from './use-cases/move-redemption.ts';
import { OpenGrants } from './use-cases/open-grants.ts';
import { PlanBackfill } from './use-cases/plan-backfill.ts';
import { PrepareClaim } from './use-cases/prepare-claim.ts';
import { PublishReward } from './use-cases/publish-reward.ts';
import { RegisterCreators } from './use-cases/register-creators.ts';
import { RejectLost } from './use-cases/reject-lost.ts';
import { ReportPendingWork } from './use-cases/report-pending-work.ts';
import { RunBackfillChunk } from './use-cases/run-backfill-chunk.ts';
import { SaveClaim } from './use-cases/save-claim.ts';
import { StepBackfill } from './use-cases/step-backfill.ts';
import { SwitchReward } from './use-cases/switch-reward.ts';
import { TellBrokenSeals } from './use-cases/tell-broken-seals.ts';
import { VerifyBackfill } from './use-cases/verify-backfill.ts';
import { VerifyRedemptions } from './use-cases/verify-redemptions.ts';
import { WatchLoad } from './use-cases/watch-load.ts';
import { WorkBackfills } from './use-cases/work-backfills.ts';

const REPOSITORIES = [
  BackfillChunkRepository,
  BackfillFaultRepository,
  BackfillRepository,
  BackfillSliceRepository,
  BoostStateRepository,
  ClaimRepository,
  ClientPartitionRepository,
  ClientRepository,
  CreatorTierRepository,
  EagerRuleCheckRepository,
  ErasureRepository,
  GiftAddressRepository,
  GrantRepository,
  HistoryCheckRepository,
  HistoryRepository,
  MissionGrantRepository,
  RedemptionPageRepository,
  LoadReadingRepository,
  RedemptionRepository,
  RewardCountRepository,
  RewardRepository,
  TierArrivalRepository,
  TotalsCheckRepository,
];

const USE_CASES = [
  AnnounceBackfill,
  ApplyMissionGrants,
  ApplyTierChanges,
  BeginBackfill,
  CarryOnBackfill,
  ChangeReward,
  ClaimRedemption,
  ControlBackfill,
  CreateReward,
  ErasureEnds,
  FollowBoosts,
  FollowClient,
  FollowErasures,
  GiveUpBackfill,
  HideErased,
  LoadClaim,
  MakeNextRow,
  MoveRedemption,
  OpenGrants,
  PlanBackfill,
  PrepareClaim,
  PublishReward,
  RegisterCreators,
  RejectLost,
  ReportPendingWork,
  RunBackfillChunk,
  SaveClaim,
  StepBackfill,
  SwitchReward,
  TellBrokenSeals,
  VerifyBackfill,
  VerifyRedemptions,
];

/** All that works on the database alone. */
export const PARTS = [...REPOSITORIES, ...USE_CASES];

const CONSUMERS = [
  ApplyMissionGrantsConsumer,
  ApplyTierChangesConsumer,
  ExpectProgrammeDateConsumer,
  FollowBoostsConsumer,
  FollowErasuresConsumer,
  FollowProgramConsumer,
  FollowProgrammeDateConsumer,
  RegisterClientConsumer,
  RegisterCreatorConsumer,
];

const RECONCILERS = [BackfillsReconciler, ClientPartitionsReconciler, RewardCountsReconciler];

@Module({})
export class RedemptionModule {
  static forRoot(config: RedemptionConfig): DynamicModule {
    return {
      module: RedemptionModule,
      imports: [
        ...statefulModules('redemption', config),
        ReconciliationModule.forRoot({
          service: 'redemption',
          hour: config.reconcileHour,
          comparisons: [CompareBoostStates],
          providers: [BoostStateRepository, ClientRepository],
        }),
        SecretsModule.forRoot({ service: 'redemption', keys: new KeyRing(config.masterKeys) }),
      ],
      controllers: [
        BackfillWatchController,
        BackfillsController,
        RedemptionController,
        CountedRewardController,
        RedemptionsController,
        RedemptionStepsController,
        ClaimsController,
        RewardChangesController,
        RewardsController,
        VerificationController,
      ],
      providers: [
        ...PARTS,
        ...CONSUMERS,
        ...RECONCILERS,
        WatchLoad,
        WorkBackfills,
        { provide: BACKFILL_PACE, useValue: paceOf(config) },
      ],
    };
  }
}

function paceOf(config: RedemptionConfig): BackfillPace {
  return { workers: config.backfillWorkers, creatorsPerChunk: config.backfillChunk };
}
