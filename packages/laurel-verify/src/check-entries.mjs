/** The entries lead, sync by sync, from one reading to the other, and the corrections are of the readings' dates. */
export function checkEntries(statement, findings) {
  const { activation, expiry, entries } = statement;
  let before = { ...activation.sync, gmv: BigInt(activation.gmvMinor) };
  const seen = new Set([activation.sync.id]);
  for (const [index, entry] of entries.entries()) {
    const at = `/statement/entries/${index}`;
    findings.expect(
      entry.syncSequence > before.sequence,
      `${at}/syncSequence`,
      `is ${entry.syncSequence}, not after ${before.sequence}`,
    );
    findings.expect(
      entry.businessDate >= before.businessDate,
      `${at}/businessDate`,
      `is ${entry.businessDate}, before ${before.businessDate}`,
    );
    findings.expect(!seen.has(entry.syncId), `${at}/syncId`, 'is the sync of a reading or an entry before it');
    const gmv = before.gmv + BigInt(entry.differenceMinor);
    findings.same(entry.gmvMinor, gmv, `${at}/gmvMinor`, `${before.gmv} with ${entry.differenceMinor}`);
    checkEnd(entry, expiry.sync, { at, findings });
    seen.add(entry.syncId);
    before = { sequence: entry.syncSequence, businessDate: entry.businessDate, gmv: BigInt(entry.gmvMinor) };
  }
  findings.same(expiry.gmvMinor, before.gmv, '/statement/expiry/gmvMinor', 'the lifetime after the last entry');
  checkCorrections(statement, findings);
}

function checkEnd(entry, end, { at, findings }) {
  findings.expect(
    entry.syncSequence <= end.sequence,
    `${at}/syncSequence`,
    `is ${entry.syncSequence}, after the expiry’s ${end.sequence}`,
  );
  if (entry.syncSequence === end.sequence) {
    findings.same(entry.syncId, end.id, `${at}/syncId`, 'the sync of the expiry');
    findings.same(entry.businessDate, end.businessDate, `${at}/businessDate`, 'the date of the expiry’s sync');
    return;
  }
  findings.expect(entry.syncId !== end.id, `${at}/syncId`, 'is the sync of the expiry, under another number');
  const last = end.previousBusinessDate ?? end.businessDate;
  findings.expect(
    entry.businessDate <= last,
    `${at}/businessDate`,
    `is ${entry.businessDate}, after ${last}, the last date before the expiry’s sync`,
  );
  if (entry.syncSequence === end.sequence - 1) {
    findings.same(entry.businessDate, last, `${at}/businessDate`, 'the date of the sync before the expiry’s');
  }
}

function checkCorrections(statement, findings) {
  const seen = new Set();
  for (const [index, correction] of statement.corrections.entries()) {
    const at = `/statement/corrections/${index}`;
    const { sync } = statement[correction.reading];
    const key = `${correction.reading} ${correction.syncSequence}`;
    findings.expect(!seen.has(key), at, 'tells the same sync again');
    seen.add(key);
    findings.same(
      correction.businessDate,
      sync.businessDate,
      `${at}/businessDate`,
      `the date of the ${correction.reading}’s reading`,
    );
    findings.expect(
      correction.syncSequence > sync.sequence,
      `${at}/syncSequence`,
      `is ${correction.syncSequence}, not after the reading’s ${sync.sequence}`,
    );
    findings.expect(correction.syncId !== sync.id, `${at}/syncId`, 'is the sync of the reading itself');
    if (correction.reading === 'activation') checkBooked(statement, correction, { at, findings });
  }
  checkCorrecting(statement, findings);
}

/** What another file of the activation's date changed is an entry, and told as a correction too. */
function checkCorrecting({ activation, entries, corrections }, findings) {
  const told = new Set(
    corrections.filter(({ reading }) => reading === 'activation').map(({ syncSequence }) => syncSequence),
  );
  for (const [index, { businessDate, differenceMinor, syncSequence }] of entries.entries()) {
    const corrects = businessDate === activation.sync.businessDate && differenceMinor !== '0';
    findings.expect(
      !corrects || told.has(syncSequence),
      `/statement/entries/${index}/businessDate`,
      `is ${businessDate}, the activation’s date, but no correction of its reading tells of it`,
    );
  }
}

/** What came later for the date of the activation was booked before the expiry, so it is an entry too. */
function checkBooked({ entries }, correction, { at, findings }) {
  const entry = entries.find(({ syncSequence }) => syncSequence === correction.syncSequence);
  findings.expect(
    entry !== undefined,
    `${at}/syncSequence`,
    `is ${correction.syncSequence}, of which there is no entry`,
  );
  if (entry === undefined) return;
  for (const name of ['syncId', 'businessDate', 'differenceMinor']) {
    findings.same(correction[name], entry[name], `${at}/${name}`, 'that of the entry of this sync');
  }
}
