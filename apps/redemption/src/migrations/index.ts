import type { MigrationInterface } from 'typeorm';
import { MessagingAndCopies1795372800000 } from './1795372800000-messaging-and-copies.ts';
import { RewardsAndRedemptions1795372800001 } from './1795372800001-rewards-and-redemptions.ts';
import { Backfills1795372800002 } from './1795372800002-backfills.ts';
import { PartitionsMadeAtOnce1795450000005 } from './1795450000005-partitions-made-at-once.ts';
import { BackfillSlices1795536000021 } from './1795536000021-backfill-slices.ts';

export const MIGRATIONS: (new () => MigrationInterface)[] = [
  MessagingAndCopies1795372800000,
  RewardsAndRedemptions1795372800001,
  Backfills1795372800002,
  PartitionsMadeAtOnce1795450000005,
  BackfillSlices1795536000021,
];
