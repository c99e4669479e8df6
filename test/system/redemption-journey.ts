import { expect } from '@jest/globals';
import { eventually } from '#libs/testing';
import { inParallel } from '../../infra/demo/api-client.ts';
import type { SampleSeries } from '../data/samples.ts';
import { Programme } from './programme.ts';
import type { RunningLaurel } from './running-laurel.ts';
import { claimOpenRows, plusDays } from './seeded-claims.ts';
import { createVipRewards, enable } from './vip-rewards.ts';

const CLAIMING = 12;
/** Services die meanwhile: what was not answered is asked again. */
const PATIENCE = { timeoutMs: 60_000 };

type Rewards = Awaited<ReturnType<typeof createVipRewards>>;

/** A client with four rewards a tier, half of them enabled on the way, whose creators claim between the files. */
export class RedemptionJourney {
  readonly programme: Programme;
  readonly claims = { won: 0, refused: 0 };
  readonly #series: SampleSeries;
  readonly #random: () => number;
  readonly #rewards: Rewards;

  private constructor(programme: Programme, series: SampleSeries, random: () => number, rewards: Rewards) {
    this.programme = programme;
    this.#series = series;
    this.#random = random;
    this.#rewards = rewards;
  }

  static async begin(laurel: RunningLaurel, series: SampleSeries, random: () => number): Promise<RedemptionJourney> {
    const programme = await Programme.create(laurel, 'series-a-redemptions', series.program);
    const rewards = await createVipRewards(programme, [1, 2, 3, 4]);
    await enable(programme, rewards.slice(0, 8));
    return new RedemptionJourney(programme, series, random, rewards);
  }

  async play(first: number, last: number): Promise<void> {
    const rewards = this.#rewards;
    for (const [index, file] of this.#series.files.entries()) {
      if (index < first || index > last) continue;
      const { id } = await this.programme.upload(file.businessDate, file.csv);
      if (index === 12) for (const reward of rewards.slice(8)) await this.#post(`/v1/rewards/${reward.id}/enable`);
      if (index === 20) await this.#post(`/v1/rewards/${rewards[5]?.id}/disable`);
      if (index === 26) await this.#post(`/v1/rewards/${rewards[5]?.id}/enable`);
      await this.programme.untilStatus(id, 'applied');
      if (index % 2 === 1) await this.#claim(file.businessDate);
    }
  }

  /** The key makes it the same. */
  async #post(path: string): Promise<void> {
    await eventually(() => this.programme.admin.post(path, {}, `key-${path}`), PATIENCE);
  }

  /** A claim that nobody answered is made again under its key; what is refused may be so because news are on their way. */
  async #claim(today: string): Promise<void> {
    const creators = await eventually(() => this.programme.creators(), PATIENCE);
    const upper = creators.filter(({ tier }) => tier > 1);
    const random = this.#random;
    const chosen = Array.from({ length: Math.min(CLAIMING, upper.length) }, () => ({
      creator: upper[Math.floor(random() * upper.length)],
      scheduledDate: plusDays(today, 1 + Math.floor(random() * 7)),
    }));
    await inParallel(chosen, async ({ creator, scheduledDate }) => {
      if (creator === undefined) return;
      const answers = await eventually(async () => {
        const answered = await claimOpenRows(this.programme, creator.id, { today, scheduledDate });
        return answered.some(({ status }) => status >= 500) ? undefined : answered;
      }, PATIENCE);
      const unexpected = answers.filter(({ status }) => ![200, 409, 422].includes(status));
      expect(unexpected).toEqual([]);
      this.claims.won += answers.filter(({ status }) => status === 200).length;
      this.claims.refused += answers.filter(({ status }) => status !== 200).length;
    });
  }
}
