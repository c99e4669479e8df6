import { describe, expect, it } from '@jest/globals';
import { REWARD_TYPES } from '../reward/reward.ts';
import { BOOST_STATUSES, boostEffect } from './boost-steps.ts';
import {
  decideStep,
  legalPairs,
  REDEMPTION_COMMANDS,
  REDEMPTION_STATUSES,
  REDEMPTION_STEPS,
  type Mover,
} from './redemption-state.ts';

const MOVERS: readonly Mover[] = ['creator', 'admin', 'boost', 'raffle'];

/** The legal steps in the words of the rules page: type, from, command, to. */
const RULES: readonly string[] = [
  ...REWARD_TYPES.map((type) => `${type}: claimable -claim-> claimed`),
  ...REWARD_TYPES.map((type) => `${type}: claimable -reject-> rejected`),
  'gift_card: claimed -conclude-> concluded',
  'spark_ads: claimed -conclude-> concluded',
  'experience: claimed -conclude-> concluded',
  'physical_gift: claimed -ship-> claimed',
  'physical_gift: claimed -deliver-> concluded',
  'commission_boost: claimed -fulfil-> fulfilled',
  'commission_boost: fulfilled -conclude-> concluded',
  'discount: claimed -fulfil-> fulfilled',
  'discount: fulfilled -conclude-> concluded',
];

it('every state and command: what the rules name is legal, nothing else', () => {
  const found = new Set<string>();
  for (const type of REWARD_TYPES)
    for (const status of REDEMPTION_STATUSES)
      for (const command of REDEMPTION_COMMANDS)
        for (const mover of MOVERS)
          for (const shipped of [false, true])
            for (const source of ['vip_tier', 'mission'] as const) {
              const decision = decideStep({ type, status, shipped, source }, command, mover);
              if (decision.kind === 'step') found.add(`${type}: ${status} -${command}-> ${decision.to}`);
            }
  expect([...found].sort()).toEqual([...RULES].sort());
});

describe('steps', () => {
  const claimed = { status: 'claimed', source: 'vip_tier', shipped: false } as const;

  it('terminal is terminal', () => {
    expect(REDEMPTION_STEPS.filter(({ from }) => from === 'concluded' || from === 'rejected')).toEqual([]);
  });

  it('delivering before shipping, and shipping twice, are illegal', () => {
    const gift = { ...claimed, type: 'physical_gift' } as const;
    expect(decideStep(gift, 'deliver', 'admin')).toMatchObject({
      kind: 'illegal',
      detail: expect.stringMatching(/shipped/),
    });
    expect(decideStep({ ...gift, shipped: true }, 'ship', 'admin').kind).toBe('illegal');
    expect(decideStep({ ...gift, shipped: true }, 'deliver', 'admin')).toMatchObject({ kind: 'step', to: 'concluded' });
  });

  it('an admin does not move the redemption of a boost', () => {
    const boost = { ...claimed, type: 'commission_boost' } as const;
    expect(decideStep(boost, 'fulfil', 'admin').kind).toBe('illegal');
    expect(decideStep(boost, 'fulfil', 'boost')).toMatchObject({ to: 'fulfilled' });
  });

  it('only rows of a mission reward are rejected', () => {
    const row = { status: 'claimable', type: 'experience', shipped: false } as const;
    expect(decideStep({ ...row, source: 'vip_tier' }, 'reject', 'raffle').kind).toBe('illegal');
    expect(decideStep({ ...row, source: 'mission' }, 'reject', 'raffle')).toMatchObject({ to: 'rejected' });
  });

  it('history knows these pairs', () => {
    expect(
      legalPairs()
        .map((pair) => pair.join('>'))
        .sort(),
    ).toEqual([
      'claimable>claimed',
      'claimable>rejected',
      'claimed>claimed',
      'claimed>concluded',
      'claimed>fulfilled',
      'fulfilled>concluded',
    ]);
  });
});

it('a boost frees its slot from expired on, fulfils at pending_payout and concludes at paid', () => {
  expect(BOOST_STATUSES.map((status) => [status, boostEffect(status)])).toEqual([
    ['scheduled', { freesSlot: false, steps: [] }],
    ['active', { freesSlot: false, steps: [] }],
    ['expired', { freesSlot: true, steps: [] }],
    ['pending_info', { freesSlot: true, steps: [] }],
    ['pending_payout', { freesSlot: true, steps: ['fulfilled'] }],
    ['paid', { freesSlot: true, steps: ['fulfilled', 'concluded'] }],
  ]);
});
