import type { MigrationInterface } from 'typeorm';
import { MessagingAndCopies1795372800000 } from './1795372800000-messaging-and-copies.ts';
import { Boosts1795372800001 } from './1795372800001-boosts.ts';
import { Payouts1795372800002 } from './1795372800002-payouts.ts';
import { PartitionsMadeAtOnce1795450000005 } from './1795450000005-partitions-made-at-once.ts';
import { KeysOfCreators1795536000011 } from './1795536000011-keys-of-creators.ts';
import { PayoutLedger1795622400001 } from './1795622400001-payout-ledger.ts';
import { PayoutTotals1795622400002 } from './1795622400002-payout-totals.ts';
import { PayoutRuns1795622400003 } from './1795622400003-payout-runs.ts';
import { Statements1795622400021 } from './1795622400021-statements.ts';
import { Erasures1795622400041 } from './1795622400041-erasures.ts';
import { Alerts1795622400061 } from './1795622400061-alerts.ts';
import { CorrectionsAndWaitingClaims1795622400062 } from './1795622400062-corrections-and-waiting-claims.ts';
import { Reconciliation1795622400063 } from './1795622400063-reconciliation.ts';
import { StatementsOfCorrections1795622400081 } from './1795622400081-statements-of-corrections.ts';
import { OneBoostATransaction1795708800001 } from './1795708800001-one-boost-a-transaction.ts';
import { PaymentsThatCameBack1795708800002 } from './1795708800002-payments-that-came-back.ts';
import { MethodsBoundToAccounts1795708800003 } from './1795708800003-methods-bound-to-accounts.ts';
import { ErasedFingerprints1795708800004 } from './1795708800004-erased-fingerprints.ts';

/** In order; forward only. */
export const MIGRATIONS: (new () => MigrationInterface)[] = [
  MessagingAndCopies1795372800000,
  Boosts1795372800001,
  Payouts1795372800002,
  PartitionsMadeAtOnce1795450000005,
  KeysOfCreators1795536000011,
  PayoutLedger1795622400001,
  PayoutTotals1795622400002,
  PayoutRuns1795622400003,
  Statements1795622400021,
  Erasures1795622400041,
  Alerts1795622400061,
  CorrectionsAndWaitingClaims1795622400062,
  Reconciliation1795622400063,
  StatementsOfCorrections1795622400081,
  OneBoostATransaction1795708800001,
  PaymentsThatCameBack1795708800002,
  MethodsBoundToAccounts1795708800003,
  ErasedFingerprints1795708800004,
];
