import type { Currency } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Of a client's program what files are read and days are shown with. */
export interface Program {
  readonly version: number;
  readonly currency: Currency;
  readonly timezone: string;
  readonly metric: 'sales' | 'units';
}

@Injectable()
export class ProgramRepository {
  async find(tx: TenantTransaction): Promise<Program | undefined> {
    const row = await tx.maybeOne<Omit<Program, 'version'> & { version: string }>(sql`
      SELECT version, currency, timezone, metric FROM ingestion.program WHERE client_id = ${tx.clientId}`);
    return row && { ...row, version: Number(row.version) };
  }

  /** Keeps the latest version. */
  async save(program: Program, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ingestion.program AS p (client_id, version, currency, timezone, metric)
      VALUES (${tx.clientId}, ${program.version}, ${program.currency}, ${program.timezone}, ${program.metric})
      ON CONFLICT (client_id) DO UPDATE
      SET version = excluded.version, currency = excluded.currency, timezone = excluded.timezone,
          metric = excluded.metric
      WHERE p.version < excluded.version`);
  }
}
