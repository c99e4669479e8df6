import { describe, expect, it } from '@jest/globals';
import { readGiftOrder } from './gift-order.ts';

const shipping = {
  firstName: 'Jane',
  lastName: 'Doe',
  line1: '12 Cherry Lane',
  city: 'Springfield',
  state: 'Illinois',
  postalCode: '62704',
  country: 'US',
};
const sized = { requiresSize: true, sizeOptions: ['S', 'M'], displayText: 'Hoodie' };
const plain = { requiresSize: false, displayText: 'Mug' };

describe('the order of a gift', () => {
  it.each([
    [sized, 'S', 'order', []],
    [sized, 'M', 'order', []],
    [sized, 'L', 'faults', ['/size one_of']],
    [sized, 's', 'faults', ['/size one_of']],
    [sized, '', 'faults', ['/size one_of']],
    [sized, undefined, 'faults', ['/size required']],
    [plain, undefined, 'order', []],
    [plain, 'M', 'faults', ['/size unexpected']],
    [{ ...plain, sizeOptions: ['S'] }, 'S', 'faults', ['/size unexpected']],
    [{ requiresSize: true, displayText: 'Hoodie' }, 'S', 'faults', ['/size one_of']],
  ])('of %j with size %j is %s', (value, size, kind, codes) => {
    const reading = readGiftOrder(value, { shipping, size });
    expect(reading.kind).toBe(kind);
    const faults = reading.kind === 'faults' ? reading.faults : [];
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(codes);
    if (reading.kind === 'order') expect(reading.order).toEqual({ shipping, size: size ?? null });
  });

  it('is refused for address and size at once', () => {
    const reading = readGiftOrder(sized, { shipping: { ...shipping, city: '' }, size: 'L' });
    expect(reading).toMatchObject({
      kind: 'faults',
      faults: [
        { pointer: '/shipping/city', code: 'required' },
        { pointer: '/size', code: 'one_of' },
      ],
    });
  });
});
