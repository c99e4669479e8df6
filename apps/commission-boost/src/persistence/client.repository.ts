import type { CalendarDate, ClientId } from '#libs/kernel';
import { sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** The clients this service knows, and each one's today. */
@Injectable()
export class ClientRepository {
  async register(tx: TenantTransaction): Promise<void> {
    await tx.execute(
      sql`INSERT INTO commission_boost.tenant (client_id) VALUES (${tx.clientId}) ON CONFLICT DO NOTHING`,
    );
  }

  async all(tx: Transaction): Promise<ClientId[]> {
    const rows = await tx.many<{ client_id: ClientId }>(
      sql`SELECT client_id FROM commission_boost.tenant ORDER BY client_id`,
    );
    return rows.map((row) => row.client_id);
  }

  /** Keeps the greatest: the programme date never goes back. */
  async advanceProgrammeDate(date: CalendarDate, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO commission_boost.programme_date AS known (client_id, programme_date) VALUES (${tx.clientId}, ${date})
      ON CONFLICT (client_id) DO UPDATE SET programme_date = excluded.programme_date
      WHERE known.programme_date < excluded.programme_date`);
  }

  /** Null before the client's first applied sync. */
  async programmeDate(tx: TenantTransaction): Promise<CalendarDate | null> {
    const row = await tx.maybeOne<{ programme_date: CalendarDate }>(sql`
      SELECT programme_date::text AS programme_date FROM commission_boost.programme_date WHERE client_id = ${tx.clientId}`);
    return row?.programme_date ?? null;
  }
}
