import { toCurrency } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import type { RewardType } from './reward.ts';
import { readRewardValue } from './reward-value.ts';

const usd = toCurrency('USD');
const money = (amount: string, currency = 'USD') => ({ amount: { amount, currency } });

const SOUND: readonly [RewardType, Record<string, unknown>][] = [
  ['gift_card', money('25.00')],
  ['spark_ads', money('0.01')],
  ['commission_boost', { rateBps: 1, durationDays: 1 }],
  ['commission_boost', { rateBps: 10_000, durationDays: 30 }],
  ['discount', { percent: 1, durationMinutes: 10, couponCode: 'G0' }],
  ['discount', { percent: 100, durationMinutes: 525_600, couponCode: 'GLOW2026', maxUses: 1 }],
  ['physical_gift', { requiresSize: true, sizeOptions: ['S', 'M'], displayText: 'Hoodie' }],
  ['physical_gift', { requiresSize: false, displayText: 'x'.repeat(27) }],
  ['experience', { displayText: '✨'.repeat(27) }],
];

const FAULTY: readonly [RewardType, Record<string, unknown>, string, string][] = [
  ['gift_card', {}, '/value/amount', 'required'],
  ['gift_card', money('0.00'), '/value/amount', 'amount'],
  ['gift_card', money('-1.00'), '/value/amount', 'amount'],
  ['gift_card', money('1.001'), '/value/amount', 'amount'],
  ['gift_card', money('25.00', 'EUR'), '/value/amount', 'amount'],
  ['spark_ads', { amount: 25 }, '/value/amount', 'amount'],
  ['commission_boost', { rateBps: 0, durationDays: 30 }, '/value/rateBps', 'out_of_range'],
  ['commission_boost', { rateBps: 10_001, durationDays: 30 }, '/value/rateBps', 'out_of_range'],
  ['commission_boost', { rateBps: 1.5, durationDays: 30 }, '/value/rateBps', 'out_of_range'],
  ['commission_boost', { rateBps: 500, durationDays: 0 }, '/value/durationDays', 'out_of_range'],
  ['discount', { percent: 0, durationMinutes: 10, couponCode: 'G0' }, '/value/percent', 'out_of_range'],
  ['discount', { percent: 101, durationMinutes: 10, couponCode: 'G0' }, '/value/percent', 'out_of_range'],
  ['discount', { percent: 20, durationMinutes: 9, couponCode: 'G0' }, '/value/durationMinutes', 'out_of_range'],
  ['discount', { percent: 20, durationMinutes: 525_601, couponCode: 'G0' }, '/value/durationMinutes', 'out_of_range'],
  ['discount', { percent: 20, durationMinutes: 60, couponCode: 'glow' }, '/value/couponCode', 'pattern'],
  ['discount', { percent: 20, durationMinutes: 60, couponCode: 'G' }, '/value/couponCode', 'pattern'],
  ['discount', { percent: 20, durationMinutes: 60, couponCode: 'GLOW20260' }, '/value/couponCode', 'pattern'],
  ['discount', { percent: 20, durationMinutes: 60, couponCode: 'GLOW', maxUses: 0 }, '/value/maxUses', 'out_of_range'],
  ['physical_gift', { requiresSize: true, displayText: 'Hoodie' }, '/value/sizeOptions', 'required'],
  ['physical_gift', { requiresSize: true, sizeOptions: [], displayText: 'Hoodie' }, '/value/sizeOptions', 'list'],
  ['physical_gift', { requiresSize: true, sizeOptions: ['S', 'S'], displayText: 'x' }, '/value/sizeOptions', 'list'],
  ['physical_gift', { requiresSize: 'yes', displayText: 'x' }, '/value/requiresSize', 'type'],
  ['physical_gift', { requiresSize: false, displayText: 'x'.repeat(28) }, '/value/displayText', 'length'],
  ['experience', { displayText: 'x'.repeat(28) }, '/value/displayText', 'length'],
  ['experience', { displayText: ' ' }, '/value/displayText', 'length'],
  ['experience', { displayText: 'Studio day', rateBps: 500 }, '/value/rateBps', 'unknown'],
];

describe('the value of a reward', () => {
  it.each(SOUND)('%s takes %j', (type, value) => {
    expect(readRewardValue(type, value, usd)).toEqual({ kind: 'value', value });
  });

  it.each(FAULTY)('%s refuses %j at %s', (type, value, pointer, code) => {
    expect(readRewardValue(type, value, usd)).toMatchObject({ kind: 'faults', faults: [{ pointer, code }] });
  });

  it('tells all faults at once', () => {
    const reading = readRewardValue('discount', { percent: 0, durationMinutes: 0, couponCode: 'x' }, usd);
    expect(reading.kind === 'faults' && reading.faults.map(({ pointer }) => pointer)).toEqual([
      '/value/percent',
      '/value/durationMinutes',
      '/value/couponCode',
    ]);
  });

  it('writes an amount with all decimals of the currency', () => {
    expect(readRewardValue('gift_card', money('25'), usd)).toEqual({ kind: 'value', value: money('25.00') });
    expect(readRewardValue('gift_card', money('2500', 'JPY'), toCurrency('JPY'))).toEqual({
      kind: 'value',
      value: money('2500', 'JPY'),
    });
  });
});
