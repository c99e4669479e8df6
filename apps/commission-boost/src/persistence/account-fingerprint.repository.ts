import type { BoostId, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import { BOOST_COLUMNS, toBoost, type BoostRow } from './boost-row.ts';

export interface GivenAccount {
  readonly boostId: BoostId;
  readonly version: number;
  readonly creatorId: CreatorId;
  /** null where the account does not open. */
  readonly fingerprint: Buffer | null;
}

export interface Sharers {
  /** The one who gave the account first. */
  readonly first: CreatorId;
  readonly count: number;
}

/** Which accounts are the same, by their keyed hashes. */
@Injectable()
export class AccountFingerprintRepository {
  /** Of two creators who give one account at the same instant the second sees the first. */
  async insert(account: GivenAccount, tx: TenantTransaction): Promise<void> {
    if (account.fingerprint !== null) {
      await tx.execute(sql`
        SELECT pg_advisory_xact_lock(hashtextextended(
          'commission-boost.account:' || ${tx.clientId}::text || ${account.fingerprint.toString('hex')}, 17))`);
    }
    await tx.execute(sql`
      INSERT INTO commission_boost.account_fingerprint (client_id, boost_id, version, creator_id, fingerprint)
      VALUES (${tx.clientId}, ${account.boostId}, ${account.version}, ${account.creatorId}, ${account.fingerprint})
      ON CONFLICT DO NOTHING`);
  }

  /** Other creators who have given the account, for whatever boost, and ever. */
  async sharersOf(fingerprint: Buffer, than: CreatorId, tx: TenantTransaction): Promise<Sharers | undefined> {
    return tx.maybeOne<Sharers>(sql`
      SELECT (array_agg(creator_id ORDER BY boost_id, version))[1] AS first, count(DISTINCT creator_id)::int AS count
      FROM commission_boost.account_fingerprint
      WHERE client_id = ${tx.clientId} AND fingerprint = ${fingerprint} AND creator_id <> ${than}
      HAVING count(*) > 0`);
  }

  /** Boosts whose account has no fingerprint: it was given before there were any. */
  async boostsWithout(fetch: number, tx: TenantTransaction): Promise<Boost[]> {
    const rows = await tx.many<BoostRow>(sql`
      SELECT ${BOOST_COLUMNS} FROM commission_boost.boost b
      WHERE b.client_id = ${tx.clientId} AND b.payment_detail_version IS NOT NULL
        AND NOT EXISTS (SELECT FROM commission_boost.account_fingerprint f WHERE f.client_id = b.client_id
                        AND f.boost_id = b.id AND f.version = b.payment_detail_version)
        AND NOT EXISTS (SELECT FROM commission_boost.creator_erasure e WHERE e.client_id = b.client_id
                        AND e.creator_id = b.creator_id AND e.stage IN ('erasing', 'erased'))
      ORDER BY b.id LIMIT ${fetch}`);
    return rows.map(toBoost);
  }

  async forget(creatorId: CreatorId, tx: TenantTransaction): Promise<number> {
    return tx.execute(sql`
      DELETE FROM commission_boost.account_fingerprint
      WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId}`);
  }
}
