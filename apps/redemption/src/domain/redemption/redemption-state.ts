import type { RewardSource, RewardType } from '../reward/reward.ts';

export const REDEMPTION_STATUSES = ['claimable', 'claimed', 'fulfilled', 'concluded', 'rejected'] as const;
export type RedemptionStatus = (typeof REDEMPTION_STATUSES)[number];

export const REDEMPTION_COMMANDS = ['claim', 'fulfil', 'conclude', 'ship', 'deliver', 'reject'] as const;
export type RedemptionCommand = (typeof REDEMPTION_COMMANDS)[number];

/** Who takes a step. A commission boost moves with its boost alone: an admin's word would contradict the payout. */
export type Mover = 'creator' | 'admin' | 'boost' | 'raffle';

interface Step {
  readonly command: RedemptionCommand;
  readonly from: RedemptionStatus;
  readonly to: RedemptionStatus;
  readonly mover: Mover;
  readonly types: readonly RewardType[];
  readonly source?: RewardSource;
  /** Whether the parcel must, or must not, be on its way. */
  readonly shipped?: boolean;
}

const ALL: readonly RewardType[] = [
  'gift_card',
  'commission_boost',
  'spark_ads',
  'discount',
  'physical_gift',
  'experience',
];

/** Every step there is. The check of the history table, the API's errors and the README are made from this table. */
export const REDEMPTION_STEPS: readonly Step[] = [
  { command: 'claim', from: 'claimable', to: 'claimed', mover: 'creator', types: ALL },
  { command: 'reject', from: 'claimable', to: 'rejected', mover: 'raffle', types: ALL, source: 'mission' },
  {
    command: 'conclude',
    from: 'claimed',
    to: 'concluded',
    mover: 'admin',
    types: ['gift_card', 'spark_ads', 'experience'],
  },
  { command: 'fulfil', from: 'claimed', to: 'fulfilled', mover: 'admin', types: ['discount'] },
  { command: 'conclude', from: 'fulfilled', to: 'concluded', mover: 'admin', types: ['discount'] },
  { command: 'fulfil', from: 'claimed', to: 'fulfilled', mover: 'boost', types: ['commission_boost'] },
  { command: 'conclude', from: 'fulfilled', to: 'concluded', mover: 'boost', types: ['commission_boost'] },
  { command: 'ship', from: 'claimed', to: 'claimed', mover: 'admin', types: ['physical_gift'], shipped: false },
  { command: 'deliver', from: 'claimed', to: 'concluded', mover: 'admin', types: ['physical_gift'], shipped: true },
];

export interface RedemptionStanding {
  readonly status: RedemptionStatus;
  readonly type: RewardType;
  readonly source: RewardSource;
  readonly shipped: boolean;
}

export type StepDecision =
  | { readonly kind: 'step'; readonly from: RedemptionStatus; readonly to: RedemptionStatus }
  | { readonly kind: 'illegal'; readonly detail: string };

export function decideStep(standing: RedemptionStanding, command: RedemptionCommand, mover: Mover): StepDecision {
  const step = REDEMPTION_STEPS.find(
    (known) =>
      known.command === command &&
      known.from === standing.status &&
      known.mover === mover &&
      known.types.includes(standing.type) &&
      (known.source === undefined || known.source === standing.source) &&
      (known.shipped === undefined || known.shipped === standing.shipped),
  );
  return step === undefined
    ? { kind: 'illegal', detail: refusal(standing, command, mover) }
    : { kind: 'step', from: step.from, to: step.to };
}

/** The pairs of states that a history row may hold. */
export function legalPairs(): readonly (readonly [RedemptionStatus, RedemptionStatus])[] {
  const pairs = new Map(REDEMPTION_STEPS.map(({ from, to }) => [`${from} ${to}`, [from, to] as const]));
  return [...pairs.values()];
}

function refusal(standing: RedemptionStanding, command: RedemptionCommand, mover: Mover): string {
  if (command === 'deliver' && standing.type === 'physical_gift' && standing.status === 'claimed') {
    return 'a gift is shipped before it is delivered';
  }
  if (mover === 'admin' && standing.type === 'commission_boost')
    return 'the redemption of a boost moves with its boost';
  return `${command} is no step of a ${standing.type} that is ${standing.status}${standing.shipped ? ' and shipped' : ''}`;
}
