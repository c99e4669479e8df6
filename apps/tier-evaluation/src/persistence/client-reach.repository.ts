import type { CalendarDate } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { ClientReach } from '../domain/rebuild/compare-standing.ts';

@Injectable()
export class ClientReachRepository {
  /** The latest date that any creator of the client can have seen besides its own events, and the program in force. */
  async find(tx: TenantTransaction): Promise<ClientReach> {
    const { date, version } = await tx.one<{ date: CalendarDate | null; version: number }>(sql`
      SELECT greatest(
               (SELECT max(business_date) FROM tier_evaluation.completed_sync WHERE client_id = ${tx.clientId}),
               (SELECT programme_date FROM tier_evaluation.programme_date WHERE client_id = ${tx.clientId}))::text AS date,
             coalesce((SELECT version FROM tier_evaluation.client_program WHERE client_id = ${tx.clientId}), 0) AS version`);
    return { date, programVersion: version };
  }
}
