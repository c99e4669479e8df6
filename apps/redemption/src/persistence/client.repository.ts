import { toCalendarDate, toCurrency, type CalendarDate, type ClientId, type Currency } from '#libs/kernel';
import { sql, type TenantTransaction, type Transaction } from '#libs/persistence';
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

  async findProgram(tx: TenantTransaction): Promise<ProgramCopy | undefined> {
    const row = await tx.maybeOne<ProgramRow>(sql`
      SELECT version, currency, timezone, clearing_days, commission_rates_bps FROM redemption.program
      WHERE client_id = ${tx.clientId}`);
    return (
      row && {
        version: Number(row.version),
        currency: toCurrency(row.currency),
        timezone: row.timezone,
        clearingDays: row.clearing_days,
        commissionRatesBps: row.commission_rates_bps,
      }
    );
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

  async findProgrammeDate(tx: TenantTransaction): Promise<CalendarDate | undefined> {
    const row = await tx.maybeOne<{ day: string }>(sql`
      SELECT programme_date::text AS day FROM redemption.programme_date WHERE client_id = ${tx.clientId}`);
    return row && toCalendarDate(row.day);
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
  version: string;
  currency: string;
  timezone: string;
  clearing_days: number;
  commission_rates_bps: number[];
}
