import type { MigrationInterface } from 'typeorm';
import { ProgramsCreatorsAndLedger1795372800000 } from './1795372800000-programs-creators-and-ledger.ts';
import { WhatDecisionsKnew1795450000001 } from './1795450000001-what-decisions-knew.ts';
import { LeaderboardAndImpact1795450000002 } from './1795450000002-leaderboard-and-impact.ts';
import { OrderReviewsByDueDate1795450000003 } from './1795450000003-order-reviews-by-due-date.ts';
import { Reconciliation1795450000004 } from './1795450000004-reconciliation.ts';
import { PartitionsMadeAtOnce1795450000005 } from './1795450000005-partitions-made-at-once.ts';
import { WantedMonths1795450000012 } from './1795450000012-wanted-months.ts';
import { Erasures1795622400041 } from './1795622400041-erasures.ts';
import { ErasedFingerprints1795708800004 } from './1795708800004-erased-fingerprints.ts';

export const MIGRATIONS: (new () => MigrationInterface)[] = [
  ProgramsCreatorsAndLedger1795372800000,
  WhatDecisionsKnew1795450000001,
  LeaderboardAndImpact1795450000002,
  OrderReviewsByDueDate1795450000003,
  Reconciliation1795450000004,
  PartitionsMadeAtOnce1795450000005,
  WantedMonths1795450000012,
  Erasures1795622400041,
  ErasedFingerprints1795708800004,
];
