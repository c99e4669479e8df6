import type { ClientId } from '#libs/kernel';
import { sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** Each client's partition of `redemption`. A table is visible once the transaction that attached it has committed. */
@Injectable()
export class ClientPartitionRepository {
  readonly #known = new Set<ClientId>();

  /** Asked once a process for each client that has one: partitions of clients stay. */
  async exists(tx: TenantTransaction): Promise<boolean> {
    if (this.#known.has(tx.clientId)) return true;
    const row = await tx.one<{ present: boolean }>(sql`
      SELECT to_regclass('redemption.redemption_' || replace(${tx.clientId}, '-', '')) IS NOT NULL AS present`);
    if (row.present) this.#known.add(tx.clientId);
    return row.present;
  }

  async missing(tx: Transaction): Promise<ClientId[]> {
    const rows = await tx.many<{ client_id: ClientId }>(sql`
      SELECT client_id FROM redemption.tenant
      WHERE to_regclass('redemption.redemption_' || replace(client_id::text, '-', '')) IS NULL
      ORDER BY client_id`);
    return rows.map((row) => row.client_id);
  }

  /**
   * In a transaction of its own: attaching takes locks that no other work should be held up by.
   * @returns whether it made one; it gives up after 200 ms when a lock is not free
   */
  async make(clientId: ClientId, tx: Transaction): Promise<boolean> {
    const { made } = await tx.one<{ made: boolean }>(sql`
      SELECT redemption.make_client_partition(${clientId}::uuid) AS made`);
    return made;
  }
}
