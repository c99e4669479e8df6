import { partitionsMadeAtOnce } from '#libs/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two processes may make the same partition at the same instant. */
export class PartitionsMadeAtOnce1795450000005 implements MigrationInterface {
  readonly name = 'PartitionsMadeAtOnce1795450000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(partitionsMadeAtOnce('ingestion'));
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
