import type { ClientId } from '#libs/kernel';
import { sql, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

@Injectable()
export class TenantRepository {
  async register(tx: Transaction, clientIds: readonly ClientId[]): Promise<void> {
    await tx.execute(sql`
      INSERT INTO tier_evaluation.tenant (client_id)
      SELECT unnest(${clientIds}::uuid[]) ON CONFLICT DO NOTHING`);
  }

  async all(tx: Transaction): Promise<ClientId[]> {
    const rows = await tx.many<{ client_id: ClientId }>(
      sql`SELECT client_id FROM tier_evaluation.tenant ORDER BY client_id`,
    );
    return rows.map((row) => row.client_id);
  }

  async isKnown(tx: Transaction, clientId: ClientId): Promise<boolean> {
    const row = await tx.maybeOne(sql`SELECT 1 FROM tier_evaluation.tenant WHERE client_id = ${clientId}`);
    return row !== undefined;
  }
}
