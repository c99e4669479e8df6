import { decimalsOf } from './currencies.mjs';

const CALCULATION = '/statement/calculation';

const sum = (items) => items.reduce((total, { differenceMinor }) => total + BigInt(differenceMinor), 0n);
const positive = (minor) => (minor > 0n ? minor : 0n);

/** Rounded half up, once: never negative, so adding half of the divisor before dividing does it. */
const payoutOf = (payable, rateBps) => (payable * BigInt(rateBps) + 5_000n) / 10_000n;

/** Every amount, recomputed from the two readings, the rate and the changes of the amount. */
export function checkFigures(statement, findings) {
  const { currency } = statement;
  findings.same(
    currency.decimals,
    decimalsOf(currency.code),
    '/statement/currency/decimals',
    `the decimals of ${currency.code}`,
  );
  for (const [name, told] of [['amounts', statement.amounts], ...statement.payments.entries()]) {
    const at = name === 'amounts' ? '/statement/amounts' : `/statement/payments/${name}`;
    findings.same(told.currency, currency.code, `${at}/currency`, 'the currency of the statement');
  }
  checkCalculation(statement, findings);
  checkCorrected(statement, findings);
  checkAmounts(statement, findings);
}

function checkCalculation({ activation, expiry, entries, terms, calculation: told }, findings) {
  const delta = BigInt(expiry.gmvMinor) - BigInt(activation.gmvMinor);
  const payable = positive(delta);
  const payout = payoutOf(payable, terms.rateBps);
  findings.same(told.deltaMinor, delta, `${CALCULATION}/deltaMinor`, `${expiry.gmvMinor} - ${activation.gmvMinor}`);
  findings.same(told.deltaMinor, sum(entries), `${CALCULATION}/deltaMinor`, `the sum of the ${entries.length} entries`);
  findings.same(told.payableMinor, payable, `${CALCULATION}/payableMinor`, `the larger of 0 and ${delta}`);
  findings.same(
    told.payoutMinor,
    payout,
    `${CALCULATION}/payoutMinor`,
    `${payable} * ${terms.rateBps} / 10000, rounded half up,`,
  );
}

function checkCorrected({ activation, expiry, corrections, terms, calculation }, findings) {
  const told = calculation.withCorrections;
  const at = `${CALCULATION}/withCorrections`;
  const of = (wanted) => sum(corrections.filter(({ reading }) => reading === wanted));
  const delta = BigInt(expiry.gmvMinor) + of('expiry') - BigInt(activation.gmvMinor) - of('activation');
  findings.same(told.deltaMinor, delta, `${at}/deltaMinor`, 'the difference of the corrected readings');
  findings.same(
    told.payoutMinor,
    payoutOf(positive(delta), terms.rateBps),
    `${at}/payoutMinor`,
    `the payout for ${delta}`,
  );
}

function checkAmounts({ calculation, adjustments, payments, amounts }, findings) {
  for (const [index, { number }] of adjustments.entries()) {
    findings.same(number, index + 1, `/statement/adjustments/${index}/number`, 'its place in the list');
  }
  const last = adjustments.at(-1);
  const final = last === undefined ? calculation.payoutMinor : last.amountMinor;
  const whence = last === undefined ? 'the calculated payout' : 'the last amount that was set';
  findings.same(
    amounts.calculatedMinor,
    calculation.payoutMinor,
    '/statement/amounts/calculatedMinor',
    'the calculated payout',
  );
  findings.same(amounts.finalMinor, final, '/statement/amounts/finalMinor', whence);
  for (const [index, payment] of payments.entries()) {
    const at = `/statement/payments/${index}`;
    findings.same(payment.amountMinor, final, `${at}/amountMinor`, whence);
    findings.expect(
      (payment.transactionId === 'zero') === (payment.amountMinor === '0'),
      `${at}/transactionId`,
      `is ${payment.transactionId}, but "zero" is for an amount of 0 alone (${payment.amountMinor})`,
    );
  }
  const paid = payments.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n);
  findings.same(amounts.paidMinor, paid, '/statement/amounts/paidMinor', 'the sum of the payments');
}
