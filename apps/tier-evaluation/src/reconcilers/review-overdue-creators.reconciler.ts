import { Reconciles, type Reconciler } from '#libs/service-kit';
import { ReviewOverdueCreators } from '../use-cases/review-overdue-creators.ts';

@Reconciles({ name: 'tier-evaluation.review-overdue-creators', everyMs: 5_000 })
export class ReviewOverdueCreatorsReconciler implements Reconciler {
  readonly #review: ReviewOverdueCreators;

  constructor(review: ReviewOverdueCreators) {
    this.#review = review;
  }

  async runOnce(): Promise<boolean> {
    return (await this.#review.execute()) > 0;
  }
}
