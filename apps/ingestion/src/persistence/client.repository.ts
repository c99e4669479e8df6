import type { ClientId } from '#libs/kernel';
import { sql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { NIL_CLIENT } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';

export interface Client {
  readonly id: ClientId;
  readonly name: string;
  readonly slug: string;
}

/** The operators' list of clients: its transactions have the nil UUID for a tenant. */
@Injectable()
export class ClientRepository {
  /** An id that sorts after those before, for the list. */
  async nextId(tx: Transaction): Promise<ClientId> {
    const { id } = await tx.one<{ id: string }>(sql`SELECT uuidv7() AS id`);
    return id as ClientId;
  }

  /** @returns false when another client has the slug */
  async add(client: Client, tx: TenantTransaction): Promise<boolean> {
    const made = await tx.execute(sql`
      INSERT INTO ingestion.client_directory (client_id, id, slug, name)
      VALUES (${NIL_CLIENT}, ${client.id}, ${client.slug}, ${client.name})
      ON CONFLICT (client_id, slug) DO NOTHING`);
    if (made === 0) return false;
    await tx.execute(sql`INSERT INTO ingestion.tenant (client_id) VALUES (${client.id})`);
    return true;
  }

  async list(page: { after: string | undefined; fetch: number }, tx: TenantTransaction): Promise<Client[]> {
    return tx.many<Client>(sql`
      SELECT id, name, slug FROM ingestion.client_directory
      WHERE client_id = ${NIL_CLIENT} AND (${page.after ?? null}::uuid IS NULL OR id > ${page.after ?? null}::uuid)
      ORDER BY id LIMIT ${page.fetch}`);
  }
}
