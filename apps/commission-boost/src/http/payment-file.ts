import { decimalsOf, formatMinor, type Currency } from '#libs/kernel';
import type { PaymentAccount } from '../domain/payment-account/payment-account.ts';
import type { ExportedPayout } from '../use-cases/export-payout-run.ts';

/** Venmo wants a note with every payout; it says nothing of the creator. */
const NOTE = 'Commission boost payout';

/**
 * A run as PayPal's mass payment file: recipient, amount, currency, reference, note, wallet, and no header, since its
 * first line is its first payment. A file has one currency.
 */
export async function* paymentFile(
  currency: Currency,
  pages: AsyncIterable<readonly ExportedPayout[]>,
): AsyncGenerator<string> {
  const decimals = decimalsOf(currency);
  for await (const payouts of pages) {
    yield payouts
      .map(({ attempt, account }) => {
        const amount = formatMinor(attempt.amountMinor, decimals);
        return `${cell(recipientOf(account))},${amount},${currency},${attempt.reference},${NOTE},${walletOf(account)}\r\n`;
      })
      .join('');
  }
}

/** A Venmo handle is its name; the `@` that people write before it is none of it, and begins a formula. */
function recipientOf({ method, account }: PaymentAccount): string {
  return method === 'venmo' ? account.replace(/^@/, '') : account;
}

function walletOf({ method }: PaymentAccount): string {
  return method === 'venmo' ? 'VENMO' : 'PAYPAL';
}

/**
 * What a spreadsheet would take for a formula gets an apostrophe before it. The file comes from people outside and is
 * opened by an admin; a provider refuses such a recipient, which is found among its results.
 */
function cell(text: string): string {
  const harmless = /^\s*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
