import type { BoostId, CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { SealAlerts, SealBrokenError, Vault, type SealedPlace } from '#libs/secrets';
import { Inject, Injectable } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import type { PaymentAccount, PaymentMethod } from '../domain/payment-account/payment-account.ts';
import { FORMER_SEAL, type FormerSeal } from './former-seal.ts';

/** Every version of a boost's payment details; the account leaves this folder in clear and stands in it sealed. */
@Injectable()
export class PaymentDetailRepository {
  readonly #vault: Vault;
  readonly #alerts: SealAlerts;
  readonly #formerSeal: FormerSeal | undefined;

  constructor(vault: Vault, alerts: SealAlerts, @Inject(FORMER_SEAL) formerSeal: FormerSeal | undefined) {
    this.#vault = vault;
    this.#alerts = alerts;
    this.#formerSeal = formerSeal;
  }

  async append(
    boost: Pick<Boost, 'id' | 'creatorId'>,
    given: { readonly version: number; readonly account: PaymentAccount; readonly at: Date },
    tx: TenantTransaction,
  ): Promise<void> {
    const { method, account } = given.account;
    const row = { boost_id: boost.id, creator_id: boost.creatorId, version: given.version, method };
    const sealed = await this.#vault.seal({ place: placeOf({ ...row, method_is_bound: true }), text: account }, tx);
    await tx.execute(sql`
      INSERT INTO commission_boost.payment_detail
        (client_id, boost_id, version, creator_id, method, method_is_bound, sealed_account, given_at)
      VALUES (${tx.clientId}, ${boost.id}, ${given.version}, ${boost.creatorId}, ${method}, true, ${sealed}, ${given.at})`);
  }

  /**
   * The accounts that the boosts name now, by boost; without those that have none, and those of erased creators. One that
   * does not open is left out, after an alert: it must keep neither its neighbours nor its boost from being read, paid or
   * given new details.
   */
  async accountsOf(
    boosts: readonly Pick<Boost, 'id' | 'paymentDetailVersion'>[],
    tx: TenantTransaction,
  ): Promise<Map<BoostId, PaymentAccount>> {
    const withDetails = boosts.filter((boost) => boost.paymentDetailVersion > 0);
    if (withDetails.length === 0) return new Map();
    const rows = await tx.many<DetailRow>(sql`
      SELECT d.boost_id, d.version, d.creator_id, d.method, d.method_is_bound, d.sealed_account, d.key_id
      FROM commission_boost.payment_detail AS d
      JOIN unnest(${withDetails.map((boost) => boost.id)}::uuid[],
                  ${withDetails.map((boost) => boost.paymentDetailVersion)}::int[]) AS wanted (boost_id, version)
        ON wanted.boost_id = d.boost_id AND wanted.version = d.version
      WHERE d.client_id = ${tx.clientId}`);
    const accounts = new Map<BoostId, PaymentAccount>();
    for (const [row, account] of await this.#open(rows, tx)) {
      accounts.set(row.boost_id, { method: row.method, account });
    }
    return accounts;
  }

  /**
   * Seals a part of the accounts anew that were sealed before creators had keys. Such a one that does not open stays.
   * @param after the last detail of the part before
   * @returns the last detail of this part; undefined when there is nothing left
   */
  async sealAnew(after: DetailKey, fetch: number, tx: TenantTransaction): Promise<DetailKey | undefined> {
    const rows = await tx.many<DetailRow>(sql`
      SELECT boost_id, version, creator_id, method, method_is_bound, sealed_account, key_id
      FROM commission_boost.payment_detail
      WHERE client_id = ${tx.clientId} AND key_id IS NOT NULL AND (boost_id, version) > (${after.boostId}, ${after.version})
      ORDER BY boost_id, version LIMIT ${fetch}`);
    const last = rows.at(-1);
    if (last === undefined) return undefined;
    const opened = await this.#open(rows, tx);
    const secrets = opened.map(([row, text]) => ({ place: placeOf(row), text }));
    const sealed = await this.#vault.sealAll(secrets, tx);
    await tx.execute(sql`
      SELECT commission_boost.seal_account_anew(boost_id, version, decode(former, 'hex'), decode(anew, 'hex'))
      FROM unnest(${opened.map(([row]) => row.boost_id)}::uuid[], ${opened.map(([row]) => row.version)}::int[],
                  ${opened.map(([row]) => row.sealed_account.toString('hex'))}::text[],
                  ${sealed.map((bytes) => bytes.toString('hex'))}::text[]) AS detail (boost_id, version, former, anew)`);
    return { boostId: last.boost_id, version: last.version };
  }

  /** Those that open. */
  async #open(rows: readonly DetailRow[], tx: TenantTransaction): Promise<[DetailRow, string][]> {
    const opened = rows.flatMap((row): [DetailRow, string][] => {
      const text = row.key_id === null ? undefined : this.#openFormer({ ...row, key_id: row.key_id }, tx);
      return text === undefined ? [] : [[row, text]];
    });
    const present = rows.filter((row) => row.key_id === null);
    const values = present.map((row) => ({ place: placeOf(row), sealed: row.sealed_account }));
    for (const [index, opening] of (await this.#vault.openAll(values, tx)).entries()) {
      const row = present[index];
      if (row !== undefined && opening.kind === 'opened') opened.push([row, opening.text]);
    }
    return opened;
  }

  #openFormer(row: DetailRow & { key_id: string }, tx: TenantTransaction): string | undefined {
    const place = placeOf(row);
    try {
      if (this.#formerSeal === undefined) throw new Error('LAUREL_PAYMENT_KEY is not set');
      return this.#formerSeal.open({ keyId: row.key_id, bytes: row.sealed_account }, tx.clientId, place);
    } catch (cause) {
      this.#alerts.broken(new SealBrokenError(place, cause), tx.clientId);
      return undefined;
    }
  }
}

/** A detail in the order in which they are sealed anew. */
export interface DetailKey {
  readonly boostId: string;
  readonly version: number;
}

type DetailPlace = Pick<DetailRow, 'boost_id' | 'version' | 'creator_id' | 'method' | 'method_is_bound'>;

/** Whoever alters the method of a row, or whether it is bound, has a row that does not open. */
function placeOf({ creator_id: creatorId, boost_id, version, ...row }: DetailPlace): SealedPlace {
  const field = `payment_detail.account/${boost_id}/${version}`;
  return { creatorId, field: row.method_is_bound ? `${field}/${row.method}` : field };
}

interface DetailRow {
  boost_id: BoostId;
  version: number;
  creator_id: CreatorId;
  method: PaymentMethod;
  /** False for what was sealed before the method was bound to its account. */
  method_is_bound: boolean;
  sealed_account: Buffer;
  /** Of the one key that sealed it formerly; null for the data key of its creator. */
  key_id: string | null;
}
