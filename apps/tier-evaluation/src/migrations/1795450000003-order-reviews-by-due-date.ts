import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OrderReviewsByDueDate1795450000003 implements MigrationInterface {
  readonly name = 'OrderReviewsByDueDate1795450000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REVIEWS);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** A page of reviews is a range of it for each tier. Its columns change only when a window does. */
const REVIEWS = `
  CREATE INDEX standing_review ON tier_evaluation.standing (client_id, tier, due_date, creator_id)
    WHERE due_date IS NOT NULL;`;
