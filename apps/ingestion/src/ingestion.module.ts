import { KeyRing, SecretsModule } from '#libs/secrets';
import { ReconciliationModule, statefulModules } from '#libs/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import type { IngestionConfig } from './config.ts';
import { CollectErasureAnswers } from './consumers/collect-erasure-answers.consumer.ts';
import { CopyAdjustment } from './consumers/copy-adjustment.consumer.ts';
import { CopyProgram } from './consumers/copy-program.consumer.ts';
import { CopyTier } from './consumers/copy-tier.consumer.ts';
import { MarkSyncApplied } from './consumers/mark-sync-applied.consumer.ts';
import { ClientsController } from './http/clients.controller.ts';
import { CreatorsController } from './http/creators.controller.ts';
import { ErasuresController } from './http/erasures.controller.ts';
import { SyncsController } from './http/syncs.controller.ts';
import { UPLOAD_STALL_MS, UploadBodies } from './http/upload-body.ts';
import { BookingRepository } from './persistence/booking.repository.ts';
import { ClientRepository } from './persistence/client.repository.ts';
import { ComparisonRepository } from './persistence/comparison.repository.ts';
import { CreatorRepository } from './persistence/creator.repository.ts';
import { ErasedHandleRepository } from './persistence/erased-handle.repository.ts';
import { ErasureSweepRepository } from './persistence/erasure-sweep.repository.ts';
import { ErasureRepository } from './persistence/erasure.repository.ts';
import { FiguresRepository } from './persistence/figures.repository.ts';
import { PartitionRepository } from './persistence/partition.repository.ts';
import { ProgramRepository } from './persistence/program.repository.ts';
import { ProgrammeDateRepository } from './persistence/programme-date.repository.ts';
import { QuarantineRepository } from './persistence/quarantine.repository.ts';
import { SalesDayRepository } from './persistence/sales-day.repository.ts';
import { SetAsideRepository } from './persistence/set-aside.repository.ts';
import { StagingRepository } from './persistence/staging.repository.ts';
import { SyncProgressRepository } from './persistence/sync-progress.repository.ts';
import { SyncRepository } from './persistence/sync.repository.ts';
import { UploadLockRepository } from './persistence/upload-lock.repository.ts';
import { CarryOutErasuresReconciler } from './reconcilers/carry-out-erasures.reconciler.ts';
import { DriveSyncsReconciler } from './reconcilers/drive-syncs.reconciler.ts';
import { MakePartitionsReconciler } from './reconcilers/make-partitions.reconciler.ts';
import { SweepStagingReconciler } from './reconcilers/sweep-staging.reconciler.ts';
import { AdvanceSync } from './use-cases/advance-sync.ts';
import { BookChunk } from './use-cases/book-chunk.ts';
import { FIGURE_COMPARISONS } from './use-cases/compare-figures.ts';
import { CompareSync, ComparisonTables } from './use-cases/compare-sync.ts';
import { CopyAdjustments } from './use-cases/copy-adjustments.ts';
import { CopyPrograms } from './use-cases/copy-programs.ts';
import { CopyTiers } from './use-cases/copy-tiers.ts';
import { CreateClient } from './use-cases/create-client.ts';
import { DecideHeldSync } from './use-cases/decide-held-sync.ts';
import { DriveUnfinishedSyncs } from './use-cases/drive-unfinished-syncs.ts';
import { AdvanceErasure } from './use-cases/erasure/advance-erasure.ts';
import { CarryOutErasure, ErasureTables } from './use-cases/erasure/carry-out-erasure.ts';
import { CarryOutErasures } from './use-cases/erasure/carry-out-erasures.ts';
import { ReadErasure } from './use-cases/erasure/read-erasure.ts';
import { RequestErasure } from './use-cases/erasure/request-erasure.ts';
import { SetErasedAside } from './use-cases/erasure/set-erased-aside.ts';
import { ListClients } from './use-cases/list-clients.ts';
import { MarkSyncsApplied } from './use-cases/mark-syncs-applied.ts';
import { ReadCreators } from './use-cases/read-creators.ts';
import { ReadSyncs } from './use-cases/read-syncs.ts';
import { BeginSync } from './use-cases/receive/begin-sync.ts';
import { ReceiveFile } from './use-cases/receive/receive-file.ts';
import { TakeUpFile } from './use-cases/receive/take-up-file.ts';
import { UploadSync } from './use-cases/receive/upload-sync.ts';
import { ReportUnfinishedSyncs } from './use-cases/report-unfinished-syncs.ts';
import { INGEST_CONCURRENCY, RunSyncs } from './use-cases/run-syncs.ts';
import { SweepStaging } from './use-cases/sweep-staging.ts';

const REPOSITORIES = [
  BookingRepository,
  ClientRepository,
  ComparisonRepository,
  CreatorRepository,
  ErasedHandleRepository,
  ErasureRepository,
  ErasureSweepRepository,
  PartitionRepository,
  ProgramRepository,
  ProgrammeDateRepository,
  QuarantineRepository,
  SalesDayRepository,
  SetAsideRepository,
  StagingRepository,
  SyncProgressRepository,
  SyncRepository,
  UploadLockRepository,
];

const USE_CASES = [
  AdvanceErasure,
  AdvanceSync,
  BeginSync,
  BookChunk,
  CarryOutErasure,
  CarryOutErasures,
  CompareSync,
  ComparisonTables,
  CopyAdjustments,
  CopyPrograms,
  CopyTiers,
  CreateClient,
  DecideHeldSync,
  DriveUnfinishedSyncs,
  ErasureTables,
  ListClients,
  MarkSyncsApplied,
  ReadCreators,
  ReadErasure,
  ReadSyncs,
  ReceiveFile,
  ReportUnfinishedSyncs,
  RequestErasure,
  RunSyncs,
  SetErasedAside,
  SweepStaging,
  TakeUpFile,
  UploadSync,
];

const CONSUMERS = [CollectErasureAnswers, CopyAdjustment, CopyProgram, CopyTier, MarkSyncApplied];

const RECONCILERS = [
  CarryOutErasuresReconciler,
  DriveSyncsReconciler,
  MakePartitionsReconciler,
  SweepStagingReconciler,
];

@Module({})
export class IngestionModule {
  static forRoot(config: IngestionConfig): DynamicModule {
    return {
      module: IngestionModule,
      imports: [
        ...statefulModules('ingestion', config),
        SecretsModule.forRoot({ service: 'ingestion', keys: new KeyRing(config.masterKeys) }),
        ReconciliationModule.forRoot({
          service: 'ingestion',
          hour: config.reconcileHour,
          comparisons: FIGURE_COMPARISONS,
          providers: [FiguresRepository],
        }),
      ],
      controllers: [ClientsController, CreatorsController, ErasuresController, SyncsController],
      providers: [
        { provide: INGEST_CONCURRENCY, useValue: config.ingestConcurrency },
        { provide: UPLOAD_STALL_MS, useValue: config.uploadStallMs },
        UploadBodies,
        ...REPOSITORIES,
        ...USE_CASES,
        ...CONSUMERS,
        ...RECONCILERS,
      ],
    };
  }
}
