import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { addDays, instantAt, toCalendarDate, toCurrency, toRateBps, type BoostId, type SyncId } from '#libs/kernel';
import { canonicalJson } from '../../apps/commission-boost/src/domain/statement/canonical-json.ts';
import { composeStatement } from '../../apps/commission-boost/src/domain/statement/compose-statement.ts';
import { linkText, NO_HASH, reasonText } from '../../apps/commission-boost/src/domain/statement/statement-chain.ts';
import type { ReadSync, StatementSource } from '../../apps/commission-boost/src/domain/statement/statement.ts';

export type Json = string | number | boolean | Json[] | { [name: string]: Json };
export type Members = { [name: string]: Json };

export const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

const idOf = (name: string) => sha256(name).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
const ZONES = ['America/New_York', 'Asia/Tokyo', 'Asia/Kuwait', 'Europe/Berlin', 'UTC'];
const SALT = '0123456789abcdef0123456789abcdef';
const at = (second: number) => new Date(Date.UTC(2026, 5, 1, 12, 0, second));

/** What a boost may have gone through: files with one or two of a date, returns, later files of a reading's date, changes. */
const LIFE = fc.record({
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  timezone: fc.constantFrom(...ZONES),
  rateBps: fc.integer({ min: 1, max: 10_000 }),
  durationDays: fc.integer({ min: 1, max: 60 }),
  clearingDays: fc.integer({ min: 0, max: 40 }),
  startGmv: fc.bigInt({ min: -5_000n, max: 10n ** 12n }),
  filesBefore: fc.integer({ min: 0, max: 3 }),
  waits: fc.boolean(),
  differences: fc.array(fc.bigInt({ min: -20_000n, max: 90_000n }), { minLength: 1, maxLength: 25 }),
  unmoved: fc.array(fc.boolean(), { minLength: 26, maxLength: 26 }),
  again: fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }),
  afterExpiry: fc.array(fc.bigInt({ min: -9_000n, max: 9_000n }), { maxLength: 2 }),
  amounts: fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { maxLength: 3 }),
  isPaid: fc.boolean(),
  holdOverridden: fc.boolean(),
  by: fc.constantFrom('admin-1', '2026-02-30', '2026-02-30T10:00:00.000Z', 'auth0|5f7c'),
  transactionId: fc.constantFrom('TX-9', '2026-000123-XYZ', '2026-02-30', '2026-02-30T10:00:00.000Z'),
});

type Life = typeof LIFE extends fc.Arbitrary<infer T> ? T : never;

interface File {
  readonly sequence: number;
  readonly date: string;
  readonly difference: bigint;
}

/** The files from that of the activation on: some of the date of the file before, the last the first to reach the end. */
function filesOf(life: Life): File[] {
  const start = '2026-01-06';
  const end = addDays(toCalendarDate(start), life.durationDays);
  const files: File[] = [{ sequence: life.filesBefore + 1, date: start, difference: 0n }];
  for (const [index, difference] of life.differences.slice(0, -1).entries()) {
    const { date: last, sequence } = files.at(-1) as File;
    const next = life.again[index] ? last : addDays(toCalendarDate(last), 1);
    if (next >= end) break;
    files.push({ sequence: sequence + 1, date: next, difference });
  }
  const { sequence } = files.at(-1) as File;
  files.push({ sequence: sequence + 1, date: end, difference: life.differences.at(-1) ?? 0n });
  return files;
}

const bookedOf = ({ sequence, date, difference }: File) => ({
  syncSequence: sequence,
  syncId: idOf(`sync ${sequence}`) as SyncId,
  businessDate: toCalendarDate(date),
  differenceMinor: difference,
});

const syncOf = ({ sequence, date }: File, before: string | undefined): ReadSync => ({
  sequence,
  id: idOf(`sync ${sequence}`) as SyncId,
  businessDate: toCalendarDate(date),
  previousBusinessDate: before === undefined ? null : toCalendarDate(before),
  fileSha256: sha256(`file ${sequence}`),
});

/** All that is read of the files, from the activation's to the expiry's and those that came later for its date. */
function readingsOf(life: Life): Pick<StatementSource, 'activation' | 'expiry' | 'entries' | 'corrections'> {
  const files = filesOf(life);
  const [first, last] = [files[0] as File, files.at(-1) as File];
  const startDate = toCalendarDate(first.date);
  const waits = life.waits && first.sequence > 1;
  let gmvMinor = life.startGmv;
  const moving = files.slice(1).filter((_file, index) => !life.unmoved[index]);
  const entries = moving.map((file) => ({ ...bookedOf(file), gmvMinor: (gmvMinor += file.difference) }));
  const sameDay = entries.filter((entry) => entry.businessDate === startDate && entry.differenceMinor !== 0n);
  const later = life.afterExpiry.map((difference, index) => ({
    ...bookedOf({ sequence: last.sequence + 1 + index, date: last.date, difference }),
    reading: 'expiry' as const,
  }));
  return {
    activation: {
      sync: syncOf(first, first.sequence === 1 ? undefined : waits ? '2026-01-05' : '2026-01-04'),
      waitedFor: waits ? (idOf('another boost') as BoostId) : null,
      gmvMinor: life.startGmv,
      activatedAt: instantAt(startDate, 14, 0, life.timezone),
    },
    expiry: {
      sync: syncOf(last, files.at(-2)?.date),
      gmvMinor,
      expiryDate: addDays(startDate, life.durationDays),
    },
    entries,
    corrections: [...sameDay.map((entry) => ({ ...entry, reading: 'activation' as const })), ...later],
  };
}

function sourceOf(life: Life): StatementSource {
  const unpaid: StatementSource = {
    clientId: idOf('client') as StatementSource['clientId'],
    boostId: idOf('boost') as BoostId,
    redemptionId: idOf('redemption') as StatementSource['redemptionId'],
    creatorId: idOf('creator') as StatementSource['creatorId'],
    claimedOn: toCalendarDate('2026-01-03'),
    terms: {
      rateBps: toRateBps(life.rateBps),
      durationDays: life.durationDays,
      tierCommissionRateBps: toRateBps(1_000),
      scheduledDate: toCalendarDate('2026-01-05'),
      clearingDays: life.clearingDays,
      currency: toCurrency(life.currency),
      timezone: life.timezone,
    },
    ...readingsOf(life),
    adjustments: life.amounts.map((amountMinor, index) => ({
      number: index + 1,
      amountMinor,
      by: life.by,
      at: at(index),
      reasonDigest: sha256(reasonText(SALT, `reason ${index + 1}`)),
    })),
    payment: null,
  };
  if (!life.isPaid) return unpaid;
  const extent = { adjustmentCount: unpaid.adjustments.length, isPaid: false };
  const { finalMinor } = composeStatement(unpaid, extent, { version: 1, at: at(9) }).amounts;
  const transactionId = finalMinor === '0' ? 'zero' : life.transactionId;
  const holdOverrideReason = life.holdOverridden ? 'creator asked' : null;
  return { ...unpaid, payment: { paidAt: at(20), paidBy: life.by, transactionId, holdOverrideReason } };
}

/** Files as `GET /v1/boosts/{id}/statement` answers them, made by the service's own rules. */
export const STATEMENT_FILES: fc.Arbitrary<Members> = fc
  .record({ life: LIFE, position: fc.integer({ min: 1, max: 40 }), version: fc.integer({ min: 1, max: 5 }) })
  .map(({ life, position, version }) => {
    const source = sourceOf(life);
    const extent = { adjustmentCount: source.adjustments.length, isPaid: source.payment !== null };
    const statement = composeStatement(source, extent, { version, at: at(10) });
    const reasons = source.adjustments.map(({ number }) => ({
      adjustment: number,
      salt: SALT,
      text: `reason ${number}`,
    }));
    return sealed({ statement, reasons, chain: { position, previous: position === 1 ? NO_HASH : sha256('before') } });
  });

/** With digest and link made anew, as somebody would who has changed the document and knows what he does. */
export function sealed(file: object): Members {
  const copy = JSON.parse(JSON.stringify(file)) as { statement: Json; chain: { position: number; previous: string } };
  const digest = sha256(canonicalJson(copy.statement));
  const { position, previous } = copy.chain;
  return { ...copy, digest, chain: { position, previous, hash: sha256(linkText(position, previous, digest)) } };
}
