import type { CreatorId } from '#libs/kernel';
import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { pseudonymOf } from '../domain/erasure/erasure.ts';

/** Handles that were, as keyed hashes. */
@Injectable()
export class ErasedHandleRepository {
  /**
   * Keeps handles as they are until the transaction ends: what it has read of them and of their hashes is one state. A
   * comparison that looked up the hashes before an erasure and the creators after it would onboard the erased one again.
   */
  async hold(tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`SELECT pg_advisory_xact_lock_shared(${handleLock(tx)})`);
  }

  /** @returns false while a file is compared, which may take minutes: nobody shall wait behind who waits for it */
  async tryToChange(tx: TenantTransaction): Promise<boolean> {
    const { locked } = await tx.one<{ locked: boolean }>(
      sql`SELECT pg_try_advisory_xact_lock(${handleLock(tx)}) AS locked`,
    );
    return locked;
  }

  /** By the hash, in hexadecimal. */
  async all(tx: TenantTransaction): Promise<ReadonlyMap<string, CreatorId>> {
    const rows = await tx.many<{ fingerprint: string; creator_id: CreatorId }>(sql`
      SELECT encode(fingerprint, 'hex') AS fingerprint, creator_id FROM ingestion.erased_handle
      WHERE client_id = ${tx.clientId}`);
    return new Map(rows.map((row) => [row.fingerprint, row.creator_id]));
  }

  /** Gives the creator its pseudonym. `tryToChange` has been had. @returns the handle; undefined when it is gone already */
  async take(creatorId: CreatorId, tx: TenantTransaction): Promise<string | undefined> {
    const row = await tx.maybeOne<{ handle: string }>(sql`
      UPDATE ingestion.creator SET handle = ${pseudonymOf(creatorId)}
      WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId} AND handle <> ${pseudonymOf(creatorId)}
      RETURNING old.handle`);
    return row?.handle;
  }

  async remember(fingerprint: Buffer, creatorId: CreatorId, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ingestion.erased_handle (client_id, fingerprint, creator_id)
      VALUES (${tx.clientId}, ${fingerprint}, ${creatorId}) ON CONFLICT DO NOTHING`);
  }
}

function handleLock(tx: TenantTransaction): Statement {
  return sql`hashtextextended(${`ingestion.handles:${tx.clientId}`}, 0)`;
}
