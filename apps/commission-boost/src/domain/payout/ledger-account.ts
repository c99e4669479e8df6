/**
 * Where the money of payouts stands. What was earned (`accrued`, and `adjusted` by final amounts) is at any time either
 * `held`, `payable` or `paid`: a posting moves an amount from one account to another, so both sides stay equal.
 */
export const LEDGER_ACCOUNTS = ['accrued', 'adjusted', 'held', 'payable', 'paid'] as const;

/** What a posting is made for. A `reversal` takes back the posting of a final amount that counts no longer. */
export const POSTING_CAUSES = ['expiry', 'final_amount', 'reversal', 'release', 'payment'] as const;
