import type { FieldFault } from '#libs/contracts';
import type { GiftValue } from '../reward/reward.ts';
import { readAddress, type ShippingAddress } from './shipping-address.ts';

/** What a creator says when it claims a gift, as it was sent. */
export interface WantedGift {
  readonly shipping: unknown;
  readonly size: string | undefined;
}

/** What is sent where. */
export interface GiftOrder {
  readonly shipping: ShippingAddress;
  readonly size: string | null;
}

export type GiftReading =
  | { readonly kind: 'order'; readonly order: GiftOrder }
  | { readonly kind: 'faults'; readonly faults: readonly FieldFault[] };

/** A gift needs an address, and a size exactly if it comes in sizes. */
export function readGiftOrder(value: GiftValue, wanted: WantedGift): GiftReading {
  const address = readAddress(wanted.shipping);
  const fault = sizeFault(value, wanted.size);
  const faults = [...(address.kind === 'faults' ? address.faults : []), ...(fault === undefined ? [] : [fault])];
  if (address.kind === 'faults' || faults.length > 0) return { kind: 'faults', faults };
  return { kind: 'order', order: { shipping: address.address, size: wanted.size ?? null } };
}

function sizeFault({ requiresSize, sizeOptions = [] }: GiftValue, size: string | undefined): FieldFault | undefined {
  if (!requiresSize) return size === undefined ? undefined : fault('unexpected', 'this gift has no sizes');
  if (size === undefined) return fault('required', 'this gift needs a size');
  return sizeOptions.includes(size) ? undefined : fault('one_of', `the sizes are ${sizeOptions.join(', ')}`);
}

function fault(code: string, message: string): FieldFault {
  return { pointer: '/size', code, message };
}
