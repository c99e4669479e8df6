import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Says at once how far back a client's videos go, so that a comparison passes over the months before. */
export class FirstVideos1795450000015 implements MigrationInterface {
  readonly name = 'FirstVideos1795450000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX creator_first_video ON ingestion.creator (client_id, first_video_on)');
  }

  down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
