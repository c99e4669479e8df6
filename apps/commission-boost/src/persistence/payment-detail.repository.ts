import type { BoostId, ClientId, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable, Logger } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import type { PaymentAccount, PaymentMethod } from '../domain/payment-account/payment-account.ts';
import { AccountVault, SealBrokenError, type SealedPlace } from './account-vault.ts';

/** Every version of a boost's payment details; the account leaves this folder in clear and stands in it sealed. */
@Injectable()
export class PaymentDetailRepository {
  readonly #logger = new Logger(PaymentDetailRepository.name);
  readonly #vault: AccountVault;

  constructor(vault: AccountVault) {
    this.#vault = vault;
  }

  async append(
    boost: Pick<Boost, 'id' | 'creatorId'>,
    given: { readonly version: number; readonly account: PaymentAccount; readonly at: Date },
    tx: TenantTransaction,
  ): Promise<void> {
    const place = placeOf(tx.clientId, boost.creatorId, boost.id, given.version);
    const sealed = this.#vault.seal(given.account.account, place);
    await tx.execute(sql`
      INSERT INTO commission_boost.payment_detail
        (client_id, boost_id, version, creator_id, method, sealed_account, key_id, given_at)
      VALUES (${tx.clientId}, ${boost.id}, ${given.version}, ${boost.creatorId}, ${given.account.method},
              ${sealed.bytes}, ${sealed.keyId}, ${given.at})`);
  }

  /**
   * The accounts that the boosts name now, by boost; without those that have none. One that does not open is left out and
   * reported: it must keep neither its neighbours nor its boost from being read, paid or given new details.
   */
  async accountsOf(boosts: readonly Boost[], tx: TenantTransaction): Promise<Map<BoostId, PaymentAccount>> {
    const withDetails = boosts.filter((boost) => boost.paymentDetailVersion > 0);
    if (withDetails.length === 0) return new Map();
    const rows = await tx.many<DetailRow>(sql`
      SELECT d.boost_id, d.version, d.creator_id, d.method, d.sealed_account, d.key_id
      FROM commission_boost.payment_detail AS d
      JOIN unnest(${withDetails.map((boost) => boost.id)}::uuid[],
                  ${withDetails.map((boost) => boost.paymentDetailVersion)}::int[]) AS wanted (boost_id, version)
        ON wanted.boost_id = d.boost_id AND wanted.version = d.version
      WHERE d.client_id = ${tx.clientId}`);
    const accounts = new Map<BoostId, PaymentAccount>();
    for (const row of rows) {
      try {
        accounts.set(row.boost_id, this.#open(row, tx.clientId));
      } catch (error) {
        if (!(error instanceof SealBrokenError)) throw error;
        this.#logger.error({ err: error, clientId: tx.clientId }, 'a payment account does not open');
      }
    }
    return accounts;
  }

  #open(row: DetailRow, clientId: ClientId): PaymentAccount {
    const place = placeOf(clientId, row.creator_id, row.boost_id, row.version);
    return { method: row.method, account: this.#vault.open({ keyId: row.key_id, bytes: row.sealed_account }, place) };
  }
}

function placeOf(clientId: ClientId, creatorId: CreatorId, boostId: BoostId, version: number): SealedPlace {
  return { clientId, creatorId, field: `payment_detail.account/${boostId}/${version}` };
}

interface DetailRow {
  boost_id: BoostId;
  version: number;
  creator_id: CreatorId;
  method: PaymentMethod;
  sealed_account: Buffer;
  key_id: string;
}
