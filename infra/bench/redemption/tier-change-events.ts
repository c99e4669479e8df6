import { newEvent, TierChangedV1 } from '#libs/contracts';
import { encodeEnvelope, keyOf } from '#libs/messaging';
import { CLIENT_ID, creatorIdOf } from '../tier/tier-seed.ts';

export const FROM_TIER = 2;
export const TO_TIER = 3;

/** The event that takes a creator from one tier to the next, as tier-evaluation publishes it. */
export function tierChangeOf(n: number): { readonly key: string; readonly value: string } {
  const creatorId = creatorIdOf(n);
  const event = newEvent(TierChangedV1, {
    clientId: CLIENT_ID,
    aggregateId: creatorId,
    subject: creatorId,
    aggregateVersion: 2,
    data: {
      tierBefore: FROM_TIER,
      tierAfter: TO_TIER,
      tierVersion: 2,
      decidedFor: '2026-03-25',
      programVersion: 1,
      cause: { kind: 'sync', syncId: '01920000-0000-7000-8000-000000005a1e' },
    },
  });
  const id = `0192cccc-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
  const traceparent = `00-${'0'.repeat(24)}${n.toString(16).padStart(8, '0')}-00000000000000a1-01`;
  const time = '2026-03-25T06:00:00.000Z';
  return {
    key: keyOf(CLIENT_ID, creatorId),
    value: encodeEnvelope({ event, id, time, source: 'laurel/tier-evaluation', traceparent }),
  };
}
