import { describe, expect, it } from '@jest/globals';
import { toCurrency, type BoostId, type CreatorId } from '#libs/kernel';
import type { PaymentAccount } from '../domain/payment-account/payment-account.ts';
import { paymentFile } from './payment-file.ts';

async function fileOf(currency: string, payouts: readonly { amountMinor: bigint; account: PaymentAccount }[]) {
  async function* pages() {
    yield await Promise.resolve(
      payouts.map(({ amountMinor, account }, index) => ({
        account,
        attempt: {
          runId: 'run',
          boostId: `boost ${index}` as BoostId,
          creatorId: `creator ${index}` as CreatorId,
          reference: `P${index}`,
          amountMinor,
          paymentDetailVersion: 1,
          status: 'pending' as const,
          transactionId: null,
          settledAt: null,
        },
      })),
    );
  }
  let text = '';
  for await (const piece of paymentFile(toCurrency(currency), pages())) text += piece;
  return text;
}

const paypal = (account: string): PaymentAccount => ({ method: 'paypal', account });

describe('the payment file', () => {
  it('has a line a payout, as PayPal takes it', async () => {
    const venmo: PaymentAccount = { method: 'venmo', account: '@jane-doe' };
    const payouts = [
      { amountMinor: 2_875n, account: paypal('jane@example.com') },
      { amountMinor: 5n, account: venmo },
    ];
    expect(await fileOf('USD', payouts)).toBe(
      'jane@example.com,28.75,USD,P0,Commission boost payout,PAYPAL\r\n' +
        'jane-doe,0.05,USD,P1,Commission boost payout,VENMO\r\n',
    );
  });

  it.each([
    ['JPY', 2_875n, '2875'],
    ['KWD', 2_875n, '2.875'],
    ['USD', 100n, '1.00'],
  ])('writes %s with its decimals', async (currency, amountMinor, amount) => {
    const [, written] = (await fileOf(currency, [{ amountMinor, account: paypal('a@b.c') }])).split(',');
    expect(written).toBe(amount);
  });

  it.each(['=1+1@example.com', '+1@example.com', '-1@example.com', '@x@example.com', '＝x@example.com'])(
    'makes no formula of %p',
    async (account) => {
      expect(await fileOf('USD', [{ amountMinor: 1n, account: paypal(account) }])).toMatch(/^'/);
    },
  );

  it('makes no formula of a Venmo name either, and no second cell of a comma', async () => {
    const dashed: PaymentAccount = { method: 'venmo', account: '@-2+cmd' };
    expect(await fileOf('USD', [{ amountMinor: 1n, account: dashed }])).toMatch(/^'-2/);
    const quoted = await fileOf('USD', [{ amountMinor: 1n, account: paypal('a,"b"@example.com') }]);
    expect(quoted).toMatch(/^"a,""b""@example.com",0.01,/);
  });
});
