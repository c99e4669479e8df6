import { ProgramPublishedV1 } from '#libs/contracts';
import { toCurrency } from '#libs/kernel';
import { Consumes, type EventBatch } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { FollowClient } from '../use-cases/follow-client.ts';

@Consumes(ProgramPublishedV1, { name: 'redemption.follow-program' })
export class FollowProgramConsumer {
  constructor(private readonly followClient: FollowClient) {}

  async handle(batch: EventBatch<typeof ProgramPublishedV1>, tx: TenantTransaction): Promise<void> {
    for (const { data } of batch.latestPerSubject()) {
      const { version, timezone, clearingDays, tiers } = data;
      const commissionRatesBps = tiers.map((tier) => tier.commissionRateBps);
      const currency = toCurrency(data.currency);
      await this.followClient.program({ version, currency, timezone, clearingDays, commissionRatesBps }, tx);
    }
  }
}
