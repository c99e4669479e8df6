export const PAYMENT_METHODS = ['paypal', 'venmo'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** Where a payout goes. It stands encrypted at rest and is never logged, emitted or echoed. */
export interface PaymentAccount {
  readonly method: PaymentMethod;
  /** An e-mail for `paypal`; `@` and a name for `venmo`. */
  readonly account: string;
}

export type AccountFault = 'not_an_email' | 'not_a_venmo_name' | 'not_the_same_twice';

const MAX_EMAIL_LENGTH = 254;
/** What begins a formula is nobody's: the payment file would alter it, and the provider refuse it in every run. */
const EMAIL = /^(?![=+\-＝＋－＠])[^\s@\p{Cc}]+@[^\s@\p{Cc}.]+(\.[^\s@\p{Cc}.]+)+$/u;
const VENMO_NAME = /^@[A-Za-z0-9_-]{5,30}$/;

/** Reads an account that was typed twice; the space around it does not count. */
export function readPaymentAccount(
  method: PaymentMethod,
  typed: string,
  typedAgain: string,
): PaymentAccount | { readonly fault: AccountFault } {
  const account = typed.trim();
  const fault = faultOf(method, account);
  if (fault !== undefined) return { fault };
  return account === typedAgain.trim() ? { method, account } : { fault: 'not_the_same_twice' };
}

function faultOf(method: PaymentMethod, account: string): AccountFault | undefined {
  switch (method) {
    case 'paypal':
      return account.length <= MAX_EMAIL_LENGTH && EMAIL.test(account) ? undefined : 'not_an_email';
    case 'venmo':
      return VENMO_NAME.test(account) ? undefined : 'not_a_venmo_name';
  }
}

/** What others may see: `j***@example.com`, `@abc***`. */
export function maskAccount({ method, account }: PaymentAccount): string {
  switch (method) {
    case 'paypal': {
      const at = account.lastIndexOf('@');
      const [first = ''] = account.slice(0, at);
      return `${first}***${account.slice(at)}`;
    }
    case 'venmo':
      return `${account.slice(0, 4)}***`;
  }
}
