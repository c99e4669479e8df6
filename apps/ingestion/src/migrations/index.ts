import type { MigrationInterface } from 'typeorm';
import { MessagingAndClients1795372800000 } from './1795372800000-messaging-and-clients.ts';
import { SyncsAndStaging1795372800001 } from './1795372800001-syncs-and-staging.ts';
import { VideosAndLedger1795372800002 } from './1795372800002-videos-and-ledger.ts';
import { Reconciliation1795450000004 } from './1795450000004-reconciliation.ts';
import { PartitionsMadeAtOnce1795450000005 } from './1795450000005-partitions-made-at-once.ts';
import { EventsStandInTheOutboxAsTheyAre1795450000006 } from './1795450000006-events-stand-in-the-outbox-as-they-are.ts';
import { FirstVideos1795450000015 } from './1795450000015-first-videos.ts';
import { Erasures1795622400041 } from './1795622400041-erasures.ts';
import { StagingThatOthersUseStaysOpen1795708800001 } from './1795708800001-staging-that-others-use-stays-open.ts';

export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  MessagingAndClients1795372800000,
  SyncsAndStaging1795372800001,
  VideosAndLedger1795372800002,
  Reconciliation1795450000004,
  PartitionsMadeAtOnce1795450000005,
  EventsStandInTheOutboxAsTheyAre1795450000006,
  FirstVideos1795450000015,
  Erasures1795622400041,
  StagingThatOthersUseStaysOpen1795708800001,
];
