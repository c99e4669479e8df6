import type { BoostId, ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { waitForFact, type Identity } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { BoostNotFoundError } from '../domain/boost/boost.errors.ts';
import type { Boost } from '../domain/boost/boost.ts';
import type { PaymentAccount } from '../domain/payment-account/payment-account.ts';
import { BoostRepository, type BoostFilter, type HistoryEntry } from '../persistence/boost.repository.ts';
import { provisionalFigure, type ProvisionalFigure } from '../domain/payout/provisional-figure.ts';
import { PaymentDetailRepository } from '../persistence/payment-detail.repository.ts';
import { ProvisionalRepository } from '../persistence/provisional.repository.ts';

export interface ShownBoost {
  readonly boost: Boost;
  readonly account: PaymentAccount | undefined;
  /** While it is active. */
  readonly provisional: ProvisionalFigure | null;
}

/** Boosts as the caller may see them: an admin those of the client, a creator its own; anything else does not exist. */
@Injectable()
export class FindBoosts {
  constructor(
    private readonly database: Database,
    private readonly boosts: BoostRepository,
    private readonly details: PaymentDetailRepository,
    private readonly provisional: ProvisionalRepository,
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

  /** With everything of it that is shown and does not stand in it. */
  async withAccount(boost: Boost, clientId: ClientId): Promise<ShownBoost> {
    const [found] = await this.database.inTenant(clientId, (tx) => this.#shown([boost], tx));
    return found ?? { boost, account: undefined, provisional: null };
  }

  list(
    filter: BoostFilter,
    window: { readonly before: string | undefined; readonly fetch: number },
    clientId: ClientId,
  ): Promise<ShownBoost[]> {
    return this.database.inTenant(clientId, async (tx) => this.#shown(await this.boosts.list(filter, window, tx), tx));
  }

  history(id: BoostId, clientId: ClientId): Promise<HistoryEntry[]> {
    return this.database.inTenant(clientId, (tx) => this.boosts.history(id, tx));
  }

  async #shown(boosts: readonly Boost[], tx: TenantTransaction): Promise<ShownBoost[]> {
    const accounts = await this.details.accountsOf(boosts, tx);
    const latest = await this.provisional.latestReadings(boosts, tx);
    return boosts.map((boost) => ({
      boost,
      account: accounts.get(boost.id),
      provisional: provisionalFigure(boost, latest.get(boost.id)),
    }));
  }
}

function maySee(identity: Identity, boost: Boost): boolean {
  return identity.role === 'admin' || identity.subject === boost.creatorId;
}
