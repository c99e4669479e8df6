import type { BoostId, ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { waitForFact, type Identity } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { BoostNotFoundError } from '../domain/boost/boost.errors.ts';
import type { Boost } from '../domain/boost/boost.ts';
import type { PaymentAccount } from '../domain/payment-account/payment-account.ts';
import { BoostRepository, type BoostFilter, type HistoryEntry } from '../persistence/boost.repository.ts';
import { PaymentDetailRepository } from '../persistence/payment-detail.repository.ts';

export interface BoostWithAccount {
  readonly boost: Boost;
  readonly account: PaymentAccount | undefined;
}

/** Boosts as the caller may see them: an admin those of the client, a creator its own; anything else does not exist. */
@Injectable()
export class FindBoosts {
  constructor(
    private readonly database: Database,
    private readonly boosts: BoostRepository,
    private readonly details: PaymentDetailRepository,
  ) {}

  /**
   * Waits for a boost whose claim has just been made, and as long for one that the caller may not see: the time that an
   * answer takes tells nothing either.
   * @param name the boost's id or its redemption's
   */
  async one(name: string, clientId: ClientId, identity: Identity): Promise<Boost> {
    const boost = await waitForFact(async () => {
      const found = await this.database.inTenant(clientId, (tx) => this.boosts.find(name, tx));
      return found !== undefined && maySee(identity, found) ? found : undefined;
    });
    if (boost === undefined) throw new BoostNotFoundError();
    return boost;
  }

  async withAccount(boost: Boost, clientId: ClientId): Promise<BoostWithAccount> {
    const accounts = await this.database.inTenant(clientId, (tx) => this.details.accountsOf([boost], tx));
    return { boost, account: accounts.get(boost.id) };
  }

  list(
    filter: BoostFilter,
    window: { readonly before: string | undefined; readonly fetch: number },
    clientId: ClientId,
  ): Promise<BoostWithAccount[]> {
    return this.database.inTenant(clientId, async (tx: TenantTransaction) => {
      const boosts = await this.boosts.list(filter, window, tx);
      const accounts = await this.details.accountsOf(boosts, tx);
      return boosts.map((boost) => ({ boost, account: accounts.get(boost.id) }));
    });
  }

  history(id: BoostId, clientId: ClientId): Promise<HistoryEntry[]> {
    return this.database.inTenant(clientId, (tx) => this.boosts.history(id, tx));
  }
}

function maySee(identity: Identity, boost: Boost): boolean {
  return identity.role === 'admin' || identity.subject === boost.creatorId;
}
