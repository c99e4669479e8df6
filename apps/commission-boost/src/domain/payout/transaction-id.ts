/** The transaction id of a payout of 0, for which nothing is transferred. */
export const ZERO_TRANSACTION = 'zero';

/** What a provider calls a transfer. It stands in statements and events for ever, so it is no place for free text. */
export const TRANSACTION_ID = /^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,63}$/;
