import type { MigrationInterface } from 'typeorm';
import { MessagingAndCopies1795372800000 } from './1795372800000-messaging-and-copies.ts';
import { RewardsAndRedemptions1795372800001 } from './1795372800001-rewards-and-redemptions.ts';
import { Backfills1795372800002 } from './1795372800002-backfills.ts';
import { PartitionsMadeAtOnce1795450000005 } from './1795450000005-partitions-made-at-once.ts';
import { MissionGrants1795536000001 } from './1795536000001-mission-grants.ts';
import { FinishedSyncs1795536000002 } from './1795536000002-finished-syncs.ts';
import { GiftAddresses1795536000011 } from './1795536000011-gift-addresses.ts';
import { BackfillSlices1795536000021 } from './1795536000021-backfill-slices.ts';
import { RewardCounts1795536000031 } from './1795536000031-reward-counts.ts';
import { RoomInPages1795536000032 } from './1795536000032-room-in-pages.ts';
import { PartitionsWithoutAQueue1795536000033 } from './1795536000033-partitions-without-a-queue.ts';
import { AllowanceSince1795536000041 } from './1795536000041-allowance-since.ts';
import { Erasures1795622400041 } from './1795622400041-erasures.ts';
import { BoostStates1795622400064 } from './1795622400064-boost-states.ts';

export const MIGRATIONS: (new () => MigrationInterface)[] = [
  MessagingAndCopies1795372800000,
  RewardsAndRedemptions1795372800001,
  Backfills1795372800002,
  PartitionsMadeAtOnce1795450000005,
  MissionGrants1795536000001,
  FinishedSyncs1795536000002,
  GiftAddresses1795536000011,
  BackfillSlices1795536000021,
  RewardCounts1795536000031,
  RoomInPages1795536000032,
  PartitionsWithoutAQueue1795536000033,
  AllowanceSince1795536000041,
  Erasures1795622400041,
  BoostStates1795622400064,
];
