import { describe, expect, it } from '@jest/globals';
import { contractFaults, type FrozenContract, type JsonSchema } from '../../infra/check/frozen-contracts.ts';

const tier = { type: 'integer', minimum: 1, maximum: 6 };

function contract(data: Partial<JsonSchema> = {}, travel: Partial<FrozenContract> = {}): FrozenContract {
  return {
    type: 'laurel.tier.changed.v1',
    topic: 'laurel.tier',
    nature: 'state',
    countedBySync: false,
    ...travel,
    data: {
      type: 'object',
      required: ['cause', 'tierAfter'],
      properties: {
        tierAfter: tier,
        cause: { anyOf: [{ const: 'sync' }, { const: 'program' }] },
        note: { type: 'string', description: 'for people' },
      },
      ...data,
    },
  };
}

function withProperties(changed: JsonSchema): FrozenContract {
  return contract({ properties: { ...(contract().data['properties'] as JsonSchema), ...changed } });
}

const places = (current: FrozenContract | undefined) => contractFaults(contract(), current).map(({ place }) => place);

describe('a released event', () => {
  it('may stay as it is, gain an optional field and better words', () => {
    expect(places(contract())).toEqual([]);
    expect(places(withProperties({ projectedTier: tier }))).toEqual([]);
    expect(places(withProperties({ note: { type: 'string', description: 'for readers' } }))).toEqual([]);
  });

  it.each<[string, FrozenContract | undefined, string]>([
    ['vanish', undefined, 'laurel.tier.changed.v1'],
    ['move to another topic', contract({}, { topic: 'laurel.tiers' }), 'laurel.tier.changed.v1'],
    ['change its nature', contract({}, { nature: 'fact' }), 'laurel.tier.changed.v1'],
    [
      'lose a field',
      contract({ properties: { tierAfter: tier, cause: contract().data } }),
      'laurel.tier.changed.v1/note',
    ],
    [
      'require one more field',
      contract({ required: ['cause', 'note', 'tierAfter'] }),
      'laurel.tier.changed.v1/required',
    ],
    ['require one field less', contract({ required: ['cause'] }), 'laurel.tier.changed.v1/required'],
    [
      'change a limit',
      withProperties({ tierAfter: { ...tier, maximum: 7 } }),
      'laurel.tier.changed.v1/tierAfter/maximum',
    ],
    ['drop a limit', withProperties({ tierAfter: { type: 'integer' } }), 'laurel.tier.changed.v1/tierAfter/minimum'],
    ['change a type', withProperties({ note: { type: 'integer' } }), 'laurel.tier.changed.v1/note/type'],
    ['gain a case', withProperties({ cause: { anyOf: [{ const: 'sync' }] } }), 'laurel.tier.changed.v1/cause/anyOf'],
  ])('may not %s', (_what, current, place) => {
    expect(places(current)).toContain(place);
  });
});
