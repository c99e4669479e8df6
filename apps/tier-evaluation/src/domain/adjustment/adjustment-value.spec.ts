import { describe, expect, it } from '@jest/globals';
import { aProgram } from '../../../test/creator-history.ts';
import { readAdjustmentValue, type ValueDraft } from './adjustment-value.ts';

describe('the value of an adjustment', () => {
  it.each([
    [{ amount: { amount: '12.50', currency: 'USD' } }, 1_250n],
    [{ amount: '-12.5' }, -1_250n],
    [{ amount: '0' }, 0n],
    [{ amount: '10000000000000.00' }, 10n ** 15n],
  ] as [ValueDraft, bigint][])('of a sales program: %j', (draft, value) => {
    expect(readAdjustmentValue(draft, aProgram({ metric: 'sales' }))).toEqual({ kind: 'value', value });
  });

  it('of a units program is a whole number', () => {
    expect(readAdjustmentValue({ units: -3 }, aProgram({ metric: 'units' }))).toEqual({ kind: 'value', value: -3n });
  });

  it.each([
    ['sales', {}, '/amount'],
    ['sales', { units: 3 }, '/units'],
    ['sales', { units: 3, amount: '3' }, '/units'],
    ['sales', { amount: '12.505' }, '/amount'],
    ['sales', { amount: '1e3' }, '/amount'],
    ['sales', { amount: '10000000000000.01' }, '/amount'],
    ['sales', { amount: { amount: '12.50', currency: 'EUR' } }, '/amount/currency'],
    ['sales', { amount: null }, '/amount'],
    ['units', { amount: '12.50' }, '/amount'],
    ['units', { units: 1.5 }, '/units'],
    ['units', { units: 1e21 }, '/units'],
  ] as ['sales' | 'units', ValueDraft, string][])(
    'in a program of %s, %j is refused at %s',
    (metric, draft, pointer) => {
      expect(readAdjustmentValue(draft, aProgram({ metric }))).toMatchObject({ kind: 'faulty', pointer });
    },
  );
});
