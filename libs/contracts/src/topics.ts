import type { EventDefinition } from './event.ts';
import { AdjustmentRecordedV1 } from './adjustment/adjustment-recorded.v1.ts';
import { AlertRaisedV1 } from './alert/alert-raised.v1.ts';
import { BackfillProgressedV1 } from './backfill/backfill-progressed.v1.ts';
import { BackfillRowsChangedV1 } from './backfill/backfill-rows-changed.v1.ts';
import { BoostReadingCorrectedV1 } from './boost-reading/boost-reading-corrected.v1.ts';
import { BoostStatusChangedV1 } from './boost/boost-status-changed.v1.ts';
import { CheckpointEvaluatedV1 } from './checkpoint/checkpoint-evaluated.v1.ts';
import { ClientCreatedV1 } from './client/client-created.v1.ts';
import { CreatorOnboardedV1 } from './creator/creator-onboarded.v1.ts';
import { CreatorSalesRecordedV1 } from './creator-sales/creator-sales-recorded.v1.ts';
import { ErasureAdvancedV1 } from './erasure/erasure-advanced.v1.ts';
import { ErasureAnsweredV1 } from './erasure/erasure-answered.v1.ts';
import { MissionGrantChangedV1 } from './mission/mission-grant-changed.v1.ts';
import { ProgramPublishedV1 } from './program/program-published.v1.ts';
import { ProgrammeDateAdvancedV1 } from './programme-date/programme-date-advanced.v1.ts';
import { EntitlementsChangedV1 } from './redemption/entitlements-changed.v1.ts';
import { RedemptionClaimedV1 } from './redemption/redemption-claimed.v1.ts';
import { SealBrokenV1 } from './redemption/seal-broken.v1.ts';
import { RewardPublishedV1 } from './reward/reward-published.v1.ts';
import { SyncAppliedV1 } from './sync/sync-applied.v1.ts';
import { SyncCompletedV1 } from './sync/sync-completed.v1.ts';
import { TierChangedV1 } from './tier/tier-changed.v1.ts';

/** Every released event with the service that alone publishes it (sync-application has two). */
export const CATALOGUE: readonly { readonly publisher: string; readonly event: EventDefinition }[] = [
  { publisher: 'ingestion', event: ClientCreatedV1 },
  { publisher: 'ingestion', event: CreatorOnboardedV1 },
  { publisher: 'ingestion', event: CreatorSalesRecordedV1 },
  { publisher: 'ingestion', event: SyncCompletedV1 },
  { publisher: 'ingestion', event: ProgrammeDateAdvancedV1 },
  { publisher: 'tier-evaluation', event: ProgramPublishedV1 },
  { publisher: 'tier-evaluation', event: TierChangedV1 },
  { publisher: 'tier-evaluation', event: CheckpointEvaluatedV1 },
  { publisher: 'tier-evaluation', event: AdjustmentRecordedV1 },
  { publisher: 'tier-evaluation, commission-boost', event: SyncAppliedV1 },
  { publisher: 'redemption', event: RewardPublishedV1 },
  { publisher: 'redemption', event: EntitlementsChangedV1 },
  { publisher: 'redemption', event: RedemptionClaimedV1 },
  { publisher: 'redemption', event: SealBrokenV1 },
  { publisher: 'redemption', event: BackfillProgressedV1 },
  { publisher: 'redemption', event: BackfillRowsChangedV1 },
  { publisher: 'commission-boost', event: BoostStatusChangedV1 },
  { publisher: 'ingestion', event: ErasureAdvancedV1 },
  { publisher: 'tier-evaluation, redemption, commission-boost', event: ErasureAnsweredV1 },
  { publisher: 'commission-boost', event: BoostReadingCorrectedV1 },
  { publisher: 'commission-boost', event: AlertRaisedV1 },
  // No service of ours: whatever runs a client's missions.
  { publisher: 'a mission service', event: MissionGrantChangedV1 },
];

/**
 * Every topic has this many partitions, so that a key has the same partition everywhere, and with it one lane: the unit
 * of writers' locks, of relay order and of consumer order. It can never change on running data.
 */
export const PARTITIONS = 12;

export const TOPICS: readonly string[] = [...new Set(CATALOGUE.map(({ event }) => event.topic))];
