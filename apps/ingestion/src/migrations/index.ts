import type { MigrationInterface } from 'typeorm';
import { MessagingAndClients1795372800000 } from './1795372800000-messaging-and-clients.ts';
import { SyncsAndStaging1795372800001 } from './1795372800001-syncs-and-staging.ts';
import { VideosAndLedger1795372800002 } from './1795372800002-videos-and-ledger.ts';

export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  MessagingAndClients1795372800000,
  SyncsAndStaging1795372800001,
  VideosAndLedger1795372800002,
];
