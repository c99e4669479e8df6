import type { MigrationInterface } from 'typeorm';
import { ProgramsCreatorsAndLedger1795372800000 } from './1795372800000-programs-creators-and-ledger.ts';

export const MIGRATIONS: (new () => MigrationInterface)[] = [ProgramsCreatorsAndLedger1795372800000];
