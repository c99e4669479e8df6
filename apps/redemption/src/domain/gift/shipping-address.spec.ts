import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COUNTRIES } from './countries.ts';
import { readAddress } from './shipping-address.ts';

const SOUND = {
  firstName: 'Jane',
  lastName: 'Doe',
  line1: '12 Cherry Lane',
  line2: 'Apt 4',
  city: 'Springfield',
  state: 'Illinois',
  postalCode: '62704-1234',
  country: 'US',
  phone: '+1 (217) 555-0100',
};
const MOST = { firstName: 50, lastName: 50, line1: 100, line2: 100, city: 100, state: 100, postalCode: 12, phone: 25 };
type Name = keyof typeof SOUND;
const OPTIONAL: readonly Name[] = ['line2', 'phone'];

const without = (name: Name) => Object.fromEntries(Object.entries(SOUND).filter(([known]) => known !== name));
const faultsOf = (given: unknown) => {
  const reading = readAddress(given);
  return reading.kind === 'faults' ? reading.faults.map(({ pointer, code }) => `${pointer} ${code}`) : [];
};

describe('a shipping address', () => {
  it('is taken as it was typed, without the space around it and without what nobody asked for', () => {
    expect(readAddress(SOUND)).toEqual({ kind: 'address', address: SOUND });
    const spacious = { ...SOUND, city: '  Springfield ', line2: ' ', phone: null, email: 'jane@example.com' };
    const { line2: _2, phone: _p, ...rest } = SOUND;
    expect(readAddress(spacious)).toEqual({ kind: 'address', address: rest });
  });

  it.each([undefined, null, 'Springfield', 7, [], [SOUND]])('is needed: %j is none', (given) => {
    expect(faultsOf(given)).toEqual(['/shipping required']);
  });

  it.each(Object.keys(SOUND) as Name[])('needs %s if that is required, as a text', (name) => {
    const missing = OPTIONAL.includes(name) ? [] : [`/shipping/${name} required`];
    expect(faultsOf(without(name))).toEqual(missing);
    for (const nothing of ['', '   ', null]) expect(faultsOf({ ...SOUND, [name]: nothing })).toEqual(missing);
    for (const other of [7, {}, ['x'], true]) {
      expect(faultsOf({ ...SOUND, [name]: other })).toEqual([`/shipping/${name} type`]);
    }
  });

  it.each(Object.entries(MOST))('%s has at most %i characters', (name, most) => {
    expect(faultsOf({ ...SOUND, [name]: '1'.repeat(most) })).toEqual([]);
    expect(faultsOf({ ...SOUND, [name]: '1'.repeat(most + 1) })).toEqual([`/shipping/${name} length`]);
  });

  it('counts characters as people do', () => {
    expect(faultsOf({ ...SOUND, firstName: '🙂'.repeat(50) })).toEqual([]);
    expect(faultsOf({ ...SOUND, firstName: '🙂'.repeat(51) })).toEqual(['/shipping/firstName length']);
  });

  it.each([
    '\n',
    '\t',
    '\u0000',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u200b',
    '\ufeff',
    '\ue000',
    '\ud800',
  ])('is printable: %j is refused', (character) => {
    for (const name of ['firstName', 'line1', 'line2', 'city', 'state'] as const) {
      expect(faultsOf({ ...SOUND, [name]: `a${character}b` })).toEqual([`/shipping/${name} characters`]);
    }
  });

  it.each(['Łódź', '東京都', 'می‌خواهم', "O'Brien-Smith", 'Straße 5/7', 'São Paulo, Apto. #3'])('takes %s', (text) => {
    expect(faultsOf({ ...SOUND, city: text })).toEqual([]);
  });

  it.each(['62704', 'SW1A 1AA', 'K1A 0B1', '100-0001', 'AD500', '101', '12345-678'])(
    'takes the code %s',
    (postalCode) => {
      expect(faultsOf({ ...SOUND, postalCode })).toEqual([]);
    },
  );

  it.each(['62704!', '-62704', '627  04', '62704-', '６２７０４', '6_7'])('refuses the code %s', (postalCode) => {
    expect(faultsOf({ ...SOUND, postalCode })).toEqual(['/shipping/postalCode pattern']);
  });

  it.each(['US', 'DE', 'GB', 'TW', 'XX', 'EU', 'UK', 'us', 'ZZ'])('knows whether %s is a country', (country) => {
    const fault = COUNTRIES.has(country) ? [] : ['/shipping/country country'];
    expect(faultsOf({ ...SOUND, country })).toEqual(fault);
    expect(COUNTRIES.has(country)).toBe(['US', 'DE', 'GB', 'TW'].includes(country));
  });

  it.each([
    ['U', 'length'],
    ['USA', 'length'],
    ['United States', 'length'],
  ])('refuses the country %s', (country, code) => {
    expect(faultsOf({ ...SOUND, country })).toEqual([`/shipping/country ${code}`]);
  });

  it('knows the 249 codes of ISO 3166-1', () => {
    expect(COUNTRIES.size).toBe(249);
  });

  it.each(['call me', '+', '123', '+49 (30) 901820 ext. 5', '555-CALL'])('refuses the phone %s', (phone) => {
    expect(faultsOf({ ...SOUND, phone })).toHaveLength(1);
  });

  it('tells every fault at once, and never what was typed', () => {
    fc.assert(
      fc.property(fc.record({ firstName: fc.string(), city: fc.string(), country: fc.string() }), (given) => {
        const reading = readAddress({ ...given, line1: 'planted\u0000line', postalCode: 'planted!', phone: 'planted' });
        if (reading.kind !== 'faults') throw new Error('it was taken');
        expect(reading.faults.length).toBeGreaterThanOrEqual(5);
        expect(JSON.stringify(reading.faults)).not.toContain('planted');
      }),
    );
  });
});
