import { addDays, wallTime } from './calendar.mjs';

const STATEMENT = '/statement';

/** A claim can ask for no later start. */
const LATEST_START_DAYS = 7;

/** Every date and instant exists, says the shape; here, whether they agree. */
export function checkDates(statement, findings) {
  checkActivation(statement, findings);
  checkExpiry(statement, findings);
  checkIssue(statement, findings);
}

function checkActivation({ boostId, terms, activation }, findings) {
  const { sync, waitedFor } = activation;
  const at = `${STATEMENT}/activation`;
  const wanted = terms.scheduledDate;
  findings.expect(
    terms.claimedOn < wanted,
    `${STATEMENT}/terms/scheduledDate`,
    `is ${wanted}, not after the claim on ${terms.claimedOn}`,
  );
  findings.expect(
    wanted <= addDays(terms.claimedOn, LATEST_START_DAYS),
    `${STATEMENT}/terms/scheduledDate`,
    `is ${wanted}, more than ${LATEST_START_DAYS} days after the claim on ${terms.claimedOn}`,
  );
  findings.expect(
    sync.businessDate >= wanted,
    `${at}/sync/businessDate`,
    `is ${sync.businessDate}, before the scheduled date ${wanted}`,
  );
  if (waitedFor === undefined) checkFirst(sync, wanted, { at, findings });
  else checkWaited(sync, wanted, { at, findings });
  findings.expect(waitedFor?.boostId !== boostId, `${at}/waitedFor/boostId`, 'is this boost itself');
  const begun = wallTime(activation.activatedAt, terms.timezone);
  findings.expect(begun !== undefined, `${STATEMENT}/terms/timezone`, `is ${terms.timezone}, which is no time zone`);
  if (begun !== undefined) {
    const due = `${sync.businessDate} 14:00:00`;
    findings.expect(
      begun === due,
      `${at}/activatedAt`,
      `is ${begun} in ${terms.timezone}, but a boost begins at ${due}`,
    );
    findings.expect(activation.activatedAt.endsWith('.000Z'), `${at}/activatedAt`, 'is not on the second');
  }
}

function checkExpiry({ terms, activation, expiry }, findings) {
  const { sync } = expiry;
  const at = `${STATEMENT}/expiry`;
  const began = activation.sync;
  findings.same(
    expiry.expiryDate,
    addDays(began.businessDate, terms.durationDays),
    `${at}/expiryDate`,
    `${began.businessDate} and ${terms.durationDays} days`,
  );
  findings.same(
    expiry.payableFrom,
    addDays(expiry.expiryDate, terms.clearingDays),
    `${at}/payableFrom`,
    `${expiry.expiryDate} and ${terms.clearingDays} days`,
  );
  findings.expect(
    sync.businessDate >= expiry.expiryDate,
    `${at}/sync/businessDate`,
    `is ${sync.businessDate}, before the expiry date ${expiry.expiryDate}`,
  );
  findings.expect(
    sync.sequence > began.sequence,
    `${at}/sync/sequence`,
    `is ${sync.sequence}, not after the activation’s ${began.sequence}`,
  );
  findings.expect(sync.id !== began.id, `${at}/sync/id`, 'is the sync of the activation');
  checkFirst(sync, expiry.expiryDate, { at, findings });
  const { previousBusinessDate } = sync;
  if (previousBusinessDate === undefined) return;
  findings.expect(
    previousBusinessDate >= began.businessDate,
    `${at}/sync/previousBusinessDate`,
    `is ${previousBusinessDate}, before the activation’s ${began.businessDate}`,
  );
  if (sync.sequence === began.sequence + 1) {
    findings.same(
      previousBusinessDate,
      began.businessDate,
      `${at}/sync/previousBusinessDate`,
      'the date of the sync before it, which is the activation’s,',
    );
  }
}

/** A reading belongs to the first sync that reached its date: the one before it had not. */
function checkFirst(sync, date, { at, findings }) {
  checkBefore(sync, { at, findings });
  const { previousBusinessDate } = sync;
  findings.expect(
    previousBusinessDate === undefined || previousBusinessDate < date,
    `${at}/sync/previousBusinessDate`,
    `is ${previousBusinessDate}: that sync had reached ${date} already, so this one is not the first`,
  );
}

/** Whoever waited for another boost could have begun earlier; else it is of the first sync, and there is nothing to tell. */
function checkWaited(sync, date, { at, findings }) {
  checkBefore(sync, { at, findings });
  findings.expect(
    sync.previousBusinessDate >= date,
    `${at}/waitedFor`,
    `is there, though no sync before this one had reached ${date}`,
  );
  findings.expect(
    sync.businessDate >= sync.previousBusinessDate,
    `${at}/sync/businessDate`,
    `is ${sync.businessDate}, before that of the sync before it`,
  );
}

function checkBefore({ sequence, previousBusinessDate }, { at, findings }) {
  const pointer = `${at}/sync/previousBusinessDate`;
  const isFirst = previousBusinessDate === undefined;
  findings.expect(!isFirst || sequence === 1, pointer, `is missing, though sync ${sequence} is not the client’s first`);
  findings.expect(isFirst || sequence > 1, pointer, 'is there, though there is no sync before the first');
}

/** Amounts are set one after the other, none after the payment, and a statement is not older than what it tells. */
function checkIssue({ issuedAt, adjustments, payments }, findings) {
  const told = [
    ...adjustments.map(({ at }, index) => [`${STATEMENT}/adjustments/${index}/at`, at]),
    ...payments.map(({ paidAt }, index) => [`${STATEMENT}/payments/${index}/paidAt`, paidAt]),
  ];
  for (const [index, [pointer, instant]] of told.entries()) {
    const before = told[index - 1]?.[1] ?? instant;
    findings.expect(instant >= before, pointer, `is ${instant}, before what was done last (${before})`);
    findings.expect(instant <= issuedAt, pointer, `is ${instant}, after the statement was issued (${issuedAt})`);
  }
}
