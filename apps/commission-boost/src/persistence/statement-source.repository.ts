import type { BoostId, CalendarDate, SyncId } from '#libs/kernel';
import { prepared, sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ReadingKind } from '../domain/boost/correction.ts';
import type {
  Adjustment,
  ReadSync,
  ReadingCorrection,
  StatementEntry,
  StatementSource,
} from '../domain/statement/statement.ts';
import { BOOST_COLUMNS, toBoost, type BoostRow } from './boost-row.ts';

/** Everything that statements are made of, loaded by sets. */
@Injectable()
export class StatementSourceRepository {
  /** By boost; without those that have not expired. */
  async load(boostIds: readonly BoostId[], tx: TenantTransaction): Promise<Map<BoostId, StatementSource>> {
    const boosts = await this.#expired(boostIds, tx);
    const entries = await this.#entries(boostIds, tx);
    const adjustments = await this.#adjustments(boostIds, tx);
    const corrections = await this.#correctionsOfExpiry(boostIds, tx);
    return new Map(
      boosts.map(({ id, ...boost }) => {
        const between = entries.get(id) ?? [];
        const ofActivation = correctionsOfActivation(boost.activation.sync, between);
        return [
          id,
          {
            ...boost,
            boostId: id,
            entries: between,
            adjustments: adjustments.get(id) ?? [],
            corrections: [...ofActivation, ...(corrections.get(id) ?? [])],
          },
        ];
      }),
    );
  }

  async #expired(boostIds: readonly BoostId[], tx: TenantTransaction) {
    const rows = await tx.many<ExpiredRow>(
      prepared(
        'statement-boosts',
        sql`
      SELECT ${BOOST_COLUMNS}, claimed_on::text AS claimed_on,
             (SELECT business_date::text FROM commission_boost.completed_sync AS s
              WHERE s.client_id = b.client_id AND s.sequence = b.activation_sync_sequence - 1) AS before_activation,
             (SELECT business_date::text FROM commission_boost.completed_sync AS s
              WHERE s.client_id = b.client_id AND s.sequence = b.expiry_sync_sequence - 1) AS before_expiry,
             (SELECT o.id FROM commission_boost.boost AS o
              JOIN commission_boost.completed_sync AS s
                ON s.client_id = b.client_id AND s.sequence = b.activation_sync_sequence - 1
              WHERE o.client_id = b.client_id AND o.creator_id = b.creator_id
                AND o.expiry_sync_sequence = b.activation_sync_sequence AND s.business_date >= b.scheduled_date
              ORDER BY o.id LIMIT 1) AS waited_for
      FROM commission_boost.boost AS b
      WHERE b.client_id = ${tx.clientId} AND b.id = ANY (${boostIds}::uuid[]) AND b.expiry_sync_sequence > 0`,
      ),
    );
    return rows.flatMap((row) => {
      const { activation, expiry, ...boost } = toBoost(row);
      if (activation === null || expiry === null) return [];
      const syncOf = ({ sync }: typeof expiry.reading, previousBusinessDate: CalendarDate | null) => ({
        sequence: sync.sequence,
        id: sync.syncId,
        businessDate: sync.businessDate,
        previousBusinessDate,
        fileSha256: sync.fileSha256,
      });
      return [
        {
          id: boost.id,
          clientId: tx.clientId,
          redemptionId: boost.redemptionId,
          creatorId: boost.creatorId,
          claimedOn: row.claimed_on,
          terms: boost.terms,
          activation: {
            sync: syncOf(activation.reading, row.before_activation),
            waitedFor: row.waited_for,
            gmvMinor: activation.reading.gmvMinor,
            activatedAt: activation.activatedAt,
          },
          expiry: {
            sync: syncOf(expiry.reading, row.before_expiry),
            gmvMinor: expiry.reading.gmvMinor,
            expiryDate: activation.expiryDate,
          },
          payment: boost.payment,
        },
      ];
    });
  }

  /** Those of the syncs after the reading at activation up to and with that at expiry, in their order. */
  async #entries(boostIds: readonly BoostId[], tx: TenantTransaction): Promise<Map<BoostId, StatementEntry[]>> {
    const rows = await tx.many<EntryRow>(
      prepared(
        'statement-entries',
        sql`
      SELECT b.id AS boost_id, g.sync_sequence, s.sync_id, g.business_date::text AS business_date, g.difference_minor,
             g.lifetime_gmv_minor
      FROM commission_boost.boost AS b
      JOIN commission_boost.creator_gmv AS g
        ON g.client_id = b.client_id AND g.creator_id = b.creator_id
           AND g.sync_sequence > b.activation_sync_sequence AND g.sync_sequence <= b.expiry_sync_sequence
      JOIN commission_boost.completed_sync AS s ON s.client_id = g.client_id AND s.sequence = g.sync_sequence
      WHERE b.client_id = ${tx.clientId} AND b.id = ANY (${boostIds}::uuid[])
      ORDER BY b.id, g.sync_sequence`,
      ),
    );
    return byBoost(rows, (row) => ({ ...bookedOf(row), gmvMinor: BigInt(row.lifetime_gmv_minor) }));
  }

  async #adjustments(boostIds: readonly BoostId[], tx: TenantTransaction): Promise<Map<BoostId, Adjustment[]>> {
    const rows = await tx.many<AdjustmentRow>(
      prepared(
        'statement-adjustments',
        sql`
      SELECT boost_id, version, amount_minor, set_by, set_at, reason_digest FROM commission_boost.final_amount
      WHERE client_id = ${tx.clientId} AND boost_id = ANY (${boostIds}::uuid[]) ORDER BY boost_id, version`,
      ),
    );
    return byBoost(rows, (row) => ({
      number: row.version,
      amountMinor: BigInt(row.amount_minor),
      by: row.set_by,
      at: row.set_at,
      reasonDigest: row.reason_digest,
    }));
  }

  async #correctionsOfExpiry(
    boostIds: readonly BoostId[],
    tx: TenantTransaction,
  ): Promise<Map<BoostId, ReadingCorrection[]>> {
    const rows = await tx.many<CorrectionRow>(
      prepared(
        'statement-corrections',
        sql`
      SELECT boost_id, reading, sync_sequence, sync_id, business_date::text AS business_date, difference_minor
      FROM commission_boost.reading_correction
      WHERE client_id = ${tx.clientId} AND boost_id = ANY (${boostIds}::uuid[]) AND reading = 'expiry'
      ORDER BY boost_id, sync_sequence`,
      ),
    );
    return byBoost(rows, (row) => ({ ...bookedOf(row), reading: row.reading }));
  }
}

/** They follow from the entries, so that a statement tells those too which were not looked at yet when it was asked for. */
function correctionsOfActivation({ businessDate }: ReadSync, entries: readonly StatementEntry[]): ReadingCorrection[] {
  return entries
    .filter((entry) => entry.businessDate === businessDate && entry.differenceMinor !== 0n)
    .map((entry) => ({ ...entry, reading: 'activation' }));
}

function bookedOf(row: BookedRow) {
  return {
    syncSequence: Number(row.sync_sequence),
    syncId: row.sync_id,
    businessDate: row.business_date,
    differenceMinor: BigInt(row.difference_minor),
  };
}

function byBoost<Row extends { readonly boost_id: BoostId }, T>(
  rows: readonly Row[],
  toItem: (row: Row) => T,
): Map<BoostId, T[]> {
  const items = new Map<BoostId, T[]>();
  for (const row of rows) {
    const list = items.get(row.boost_id);
    if (list === undefined) items.set(row.boost_id, [toItem(row)]);
    else list.push(toItem(row));
  }
  return items;
}

interface ExpiredRow extends BoostRow {
  claimed_on: CalendarDate;
  before_activation: CalendarDate | null;
  before_expiry: CalendarDate | null;
  waited_for: BoostId | null;
}

interface BookedRow {
  boost_id: BoostId;
  sync_sequence: string;
  sync_id: SyncId;
  business_date: CalendarDate;
  difference_minor: string;
}

interface EntryRow extends BookedRow {
  lifetime_gmv_minor: string;
}

interface CorrectionRow extends BookedRow {
  reading: ReadingKind;
}

interface AdjustmentRow {
  boost_id: BoostId;
  version: number;
  amount_minor: string;
  set_by: string;
  set_at: Date;
  reason_digest: string;
}
