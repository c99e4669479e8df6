import { randomUUID } from 'node:crypto';
import { asId, type RewardId } from '#libs/kernel';
import { keyOf } from '#libs/messaging';
import { Database } from '#libs/persistence';
import {
  answer,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  page,
  readCursor,
  Roles,
  tenantOf,
  waitForFact,
  type Answer,
  type IdempotentCall,
  type Identity,
  type Page,
} from '#libs/service-kit';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { Reward } from '../domain/reward/reward.ts';
import { ClientRepository } from '../persistence/client.repository.ts';
import { RewardRepository } from '../persistence/reward.repository.ts';
import { CreateReward } from '../use-cases/create-reward.ts';
import { etagOf } from './if-match.ts';
import { CreateRewardRequest } from './reward.request.ts';

@Controller('v1/rewards')
@Roles('admin')
export class RewardsController {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly clients: ClientRepository,
    private readonly rewards: RewardRepository,
    private readonly createReward: CreateReward,
  ) {}

  @Post()
  async create(@Idempotent() call: IdempotentCall, @Body() body: CreateRewardRequest): Promise<Answer> {
    const { clientId } = call;
    await waitForFact(() => this.database.inTenant(clientId, async (tx) => (await this.clients.findTerms(tx)).program));
    const id = asId<RewardId>(randomUUID());
    return this.idempotency.run(call, [keyOf(clientId, id)], async (tx) => {
      const { type, name, source, value, frequency, quantity } = body;
      const wanted = { id, type, name, tier: body.tier ?? null, source, value, frequency, quantity };
      const reward = await this.createReward.execute(wanted, tx);
      return answer(201, reward, { Location: `/v1/rewards/${id}`, ETag: etagOf(reward.version) });
    });
  }

  @Get()
  list(@CurrentIdentity() identity: Identity, @Query() query: Record<string, unknown>): Promise<Page<Reward>> {
    const clientId = tenantOf(identity);
    const window = readCursor(query, { tenant: clientId, position: ['uuid'] });
    return this.database.inTenant(clientId, async (tx) => {
      const after = window.after?.[0] as RewardId | undefined;
      const rewards = await this.rewards.list({ after, fetch: window.fetch }, tx);
      return page(rewards, window, (reward) => [reward.id]);
    });
  }
}
