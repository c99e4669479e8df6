import { toCalendarDate, toCurrency, type CalendarDate, type ClientId, type Currency } from '#libs/kernel';
import { prepared, sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Of a client's program what rewards are checked against and claims freeze. */
export interface ProgramCopy {
  readonly version: number;
  readonly currency: Currency;
  readonly timezone: string;
  readonly clearingDays: number;
  /** From tier 1; there are as many tiers as rates. */
  readonly commissionRatesBps: readonly number[];
}

export interface ClientTerms {
  readonly program: ProgramCopy | undefined;
  readonly today: CalendarDate | undefined;
}

/** A service's word that it has applied a sync of a business date. */
export interface FinishedSync {
  readonly service: string;
  readonly businessDate: CalendarDate;
}

/** tier-evaluation and commission-boost: with both, a sync is applied. */
const APPLYING_SERVICES = 2;

/** The clients this service knows, with each one's program and today. */
@Injectable()
export class ClientRepository {
  async register(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`INSERT INTO redemption.tenant (client_id) VALUES (${tx.clientId}) ON CONFLICT DO NOTHING`);
  }

  async all(tx: Transaction): Promise<ClientId[]> {
    const rows = await tx.many<{ client_id: ClientId }>(
      sql`SELECT client_id FROM redemption.tenant ORDER BY client_id`,
    );
    return rows.map((row) => row.client_id);
  }

  /** The program and the programme date, each once it has arrived. */
  async findTerms(tx: TenantTransaction): Promise<ClientTerms> {
    const row = await tx.one<ProgramRow>(
      prepared(
        'client-terms',
        sql`
          SELECT p.version, p.currency, p.timezone, p.clearing_days, p.commission_rates_bps, d.programme_date::text AS day
          FROM (SELECT ${tx.clientId}::uuid AS client_id) AS t
          LEFT JOIN redemption.program p ON p.client_id = t.client_id
          LEFT JOIN redemption.programme_date d ON d.client_id = t.client_id`,
      ),
    );
    return { program: toProgram(row), today: row.day === null ? undefined : toCalendarDate(row.day) };
  }

  async saveProgram(program: ProgramCopy, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO redemption.program (client_id, version, currency, timezone, clearing_days, commission_rates_bps)
      VALUES (${tx.clientId}, ${program.version}, ${program.currency}, ${program.timezone}, ${program.clearingDays},
              ${program.commissionRatesBps}::integer[])
      ON CONFLICT (client_id) DO UPDATE
      SET version = excluded.version, currency = excluded.currency, timezone = excluded.timezone,
          clearing_days = excluded.clearing_days, commission_rates_bps = excluded.commission_rates_bps
      WHERE program.version < excluded.version`);
  }

  /**
   * The programme date, unless a newer one is about to arrive: both services have finished a later sync, so ingestion
   * shows it as applied, or will in a moment. A word that is older than a claim waits is not waited for any more.
   */
  async findSettledProgrammeDate(tx: TenantTransaction): Promise<CalendarDate | undefined> {
    const row = await tx.maybeOne<{ day: string }>(
      prepared(
        'settled-programme-date',
        sql`
          SELECT p.programme_date::text AS day FROM redemption.programme_date p
          WHERE p.client_id = ${tx.clientId} AND NOT coalesce((
            SELECT min(s.business_date) > p.programme_date
                   AND max(s.heard_at) > clock_timestamp() - interval '5 s'
            FROM redemption.finished_sync s
            WHERE s.client_id = p.client_id HAVING count(*) = ${APPLYING_SERVICES}), false)`,
      ),
    );
    return row && toCalendarDate(row.day);
  }

  /** The latest business date that each service is through with. */
  async noteFinishedSyncs(finished: readonly FinishedSync[], tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO redemption.finished_sync (client_id, service, business_date, heard_at)
      SELECT ${tx.clientId}, service, max(business_date), clock_timestamp()
      FROM unnest(${finished.map(({ service }) => service)}::text[],
                  ${finished.map(({ businessDate }) => businessDate)}::date[]) AS s (service, business_date)
      GROUP BY service
      ON CONFLICT (client_id, service) DO UPDATE
      SET business_date = excluded.business_date, heard_at = excluded.heard_at
      WHERE finished_sync.business_date < excluded.business_date`);
  }

  /** The programme date never goes back: the greatest stays. */
  async advanceProgrammeDate(date: CalendarDate, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO redemption.programme_date (client_id, programme_date) VALUES (${tx.clientId}, ${date})
      ON CONFLICT (client_id) DO UPDATE SET programme_date = excluded.programme_date
      WHERE programme_date.programme_date < excluded.programme_date`);
  }
}

interface ProgramRow {
  version: string | null;
  currency: string;
  timezone: string;
  clearing_days: number;
  commission_rates_bps: number[];
  day: string | null;
}

function toProgram(row: ProgramRow): ProgramCopy | undefined {
  if (row.version === null) return undefined;
  return {
    version: Number(row.version),
    currency: toCurrency(row.currency),
    timezone: row.timezone,
    clearingDays: row.clearing_days,
    commissionRatesBps: row.commission_rates_bps,
  };
}
