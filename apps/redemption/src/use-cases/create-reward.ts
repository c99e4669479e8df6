import { LaurelError } from '#libs/contracts';
import type { RewardId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { checkRewardTier, readAllowance } from '../domain/reward/allowance.ts';
import { readRewardValue } from '../domain/reward/reward-value.ts';
import { InvalidRewardError } from '../domain/reward/reward.errors.ts';
import type { Frequency, Reward, RewardSource, RewardType } from '../domain/reward/reward.ts';
import { ClientRepository, type ProgramCopy } from '../persistence/client.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';
import { PublishReward } from './publish-reward.ts';

export interface NewReward {
  readonly id: RewardId;
  readonly type: RewardType;
  readonly name: string;
  readonly tier: number | null;
  readonly source: RewardSource;
  readonly value: Readonly<Record<string, unknown>>;
  readonly frequency: Frequency;
  readonly quantity: number | null | undefined;
}

/** A reward is created disabled: enabling it starts its backfill. */
@Injectable()
export class CreateReward {
  constructor(
    private readonly clients: ClientRepository,
    private readonly grants: GrantRepository,
    private readonly publishReward: PublishReward,
  ) {}

  async execute(wanted: NewReward, tx: TenantTransaction): Promise<Reward> {
    await this.grants.lockExclusive(tx);
    const { program } = await this.clients.findTerms(tx);
    if (program === undefined) throw new LaurelError('program.missing', 'rewards need the program of the client');
    const reward = checked(wanted, program);
    await this.publishReward.execute(reward, tx);
    return reward;
  }
}

/** @throws InvalidRewardError with all faults at once */
function checked(wanted: NewReward, program: ProgramCopy): Reward {
  const { id, type, name, tier, source } = wanted;
  const value = readRewardValue(type, wanted.value, program.currency);
  const allowance = readAllowance(wanted.frequency, wanted.quantity);
  const tierFaults = checkRewardTier(source, tier, program.commissionRatesBps.length);
  if (value.kind === 'value' && allowance.kind === 'allowance' && tierFaults.length === 0) {
    return { id, type, name, tier, source, value: value.value, ...allowance.allowance, enabled: false, version: 1 };
  }
  throw new InvalidRewardError([
    ...tierFaults,
    ...(value.kind === 'faults' ? value.faults : []),
    ...(allowance.kind === 'faults' ? allowance.faults : []),
  ]);
}
