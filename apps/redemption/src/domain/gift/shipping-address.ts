import type { FieldFault } from '#libs/contracts';
import { COUNTRIES } from './countries.ts';

/** Where a gift goes. It stands encrypted at rest and is never logged, emitted or echoed in an error. */
export interface ShippingAddress {
  readonly firstName: string;
  readonly lastName: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly phone?: string;
}

export type AddressReading =
  | { readonly kind: 'address'; readonly address: ShippingAddress }
  | { readonly kind: 'faults'; readonly faults: readonly FieldFault[] };

interface Member {
  readonly required: boolean;
  /** Characters as people count them. */
  readonly least: number;
  readonly most: number;
  /** What a text of the right length must be besides. */
  readonly rule?: { readonly code: string; readonly expected: string; readonly holds: (text: string) => boolean };
}

const NAME: Member = { required: true, least: 1, most: 50 };
const LINE: Member = { required: true, least: 1, most: 100 };

const MEMBERS: Readonly<Record<keyof ShippingAddress, Member>> = {
  firstName: NAME,
  lastName: NAME,
  line1: LINE,
  line2: { ...LINE, required: false },
  city: LINE,
  state: LINE,
  postalCode: {
    required: true,
    least: 2,
    most: 12,
    rule: {
      code: 'pattern',
      expected: 'letters, digits, single spaces and dashes',
      holds: (text) => /^[A-Za-z0-9]+([ -][A-Za-z0-9]+)*$/.test(text),
    },
  },
  country: {
    required: true,
    least: 2,
    most: 2,
    rule: {
      code: 'country',
      expected: 'a country code of ISO 3166-1 in two capital letters',
      holds: (text) => COUNTRIES.has(text),
    },
  },
  phone: {
    required: false,
    least: 5,
    most: 25,
    rule: {
      code: 'pattern',
      expected: 'an optional +, digits, spaces, dots, dashes and brackets',
      holds: (text) => /^\+?[0-9 ().-]+$/.test(text) && text.replaceAll(/\D/g, '').length >= 5,
    },
  },
};

/** Nothing that a label cannot show: controls, line breaks, marks of direction; the joiners that some scripts need are. */
const NOT_PRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;

/** Checks an address member by member: every fault at once, each with its pointer. The space around a text does not count. */
export function readAddress(given: unknown): AddressReading {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { kind: 'faults', faults: [fault('', 'required', 'a gift needs its shipping address')] };
  }
  const faults: FieldFault[] = [];
  const address: Record<string, string> = {};
  for (const [name, member] of Object.entries(MEMBERS)) {
    const text = trimmed((given as Record<string, unknown>)[name]);
    const found = faultOf(name, member, text);
    if (found !== undefined) faults.push(found);
    else if (typeof text === 'string') address[name] = text;
  }
  if (faults.length > 0) return { kind: 'faults', faults };
  return { kind: 'address', address: address as unknown as ShippingAddress };
}

/** A text that says nothing is none. */
function trimmed(given: unknown): unknown {
  if (given === null) return undefined;
  return typeof given === 'string' ? given.trim() || undefined : given;
}

/** What was typed is never repeated. */
function faultOf(name: string, { required, least, most, rule }: Member, text: unknown): FieldFault | undefined {
  if (text === undefined) return required ? fault(`/${name}`, 'required', `${name} is required`) : undefined;
  if (typeof text !== 'string') return fault(`/${name}`, 'type', `${name} is a text`);
  const { length } = [...text];
  if (length < least || length > most) return fault(`/${name}`, 'length', `${name} has ${least} to ${most} characters`);
  if (NOT_PRINTABLE.test(text)) return fault(`/${name}`, 'characters', `${name} has printable characters alone`);
  if (rule === undefined || rule.holds(text)) return undefined;
  return fault(`/${name}`, rule.code, `${name}: ${rule.expected}`);
}

function fault(pointer: string, code: string, message: string): FieldFault {
  return { pointer: `/shipping${pointer}`, code, message };
}
