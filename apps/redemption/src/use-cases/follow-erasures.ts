import type { DataOf, ErasureAdvancedV1 } from '#libs/contracts';
import type { TenantTransaction } from '#libs/persistence';
import { Erasures, type Erasure } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { ErasureRepository } from '../persistence/erasure.repository.ts';
import { ErasureEnds } from './erasure-ends.ts';
import { HideErased } from './hide-erased.ts';
import { OpenGrants } from './open-grants.ts';

/**
 * Says what a creator is still owed, and, once it is decided, destroys what there is of it here. From the first word on
 * the creator claims nothing: the lane of its key is held, so no claim can slip in between the look and the mark.
 */
@Injectable()
export class FollowErasures {
  readonly #erasures: Erasures;
  readonly #openGrants: OpenGrants;
  readonly #hideErased: HideErased;
  readonly #tables: ErasureRepository;
  readonly #ends: ErasureEnds;

  constructor(
    erasures: Erasures,
    openGrants: OpenGrants,
    hideErased: HideErased,
    tables: ErasureRepository,
    ends: ErasureEnds,
  ) {
    this.#erasures = erasures;
    this.#openGrants = openGrants;
    this.#hideErased = hideErased;
    this.#tables = tables;
    this.#ends = ends;
  }

  async execute(news: readonly DataOf<typeof ErasureAdvancedV1>[], tx: TenantTransaction): Promise<void> {
    await this.#openGrants.execute(tx);
    for (const erasure of await this.#erasures.note(news, tx)) {
      if (erasure.stage === 'checking') await this.#check(erasure, tx);
      if (erasure.stage === 'erasing') await this.#erase(erasure, tx);
    }
  }

  /** Boosts are told for the service that keeps them: it knows best whether they are paid, once it has heard of each. */
  async #check(erasure: Erasure, tx: TenantTransaction): Promise<void> {
    const { gifts, boosts } = await this.#tables.owed(erasure.creatorId, tx);
    const obligations = gifts.map((id) => ({ kind: 'gift_not_delivered' as const, id }));
    await this.#ends.answer(erasure, { stage: 'checked', obligations, claimedBoosts: [...boosts] }, tx);
  }

  async #erase(erasure: Erasure, tx: TenantTransaction): Promise<void> {
    await this.#hideErased.execute(erasure.creatorId, tx);
    const { addresses, notes, parcels, hidden } = await this.#tables.eraseTexts(erasure.creatorId, tx);
    await this.#ends.destroyKey(erasure, tx);
    const erased = [
      { what: 'data_key', count: 1 },
      { what: 'gift_addresses', count: addresses },
      { what: 'notes', count: notes },
      { what: 'tracking_numbers', count: parcels },
      { what: 'hidden_redemptions', count: hidden },
    ];
    await this.#ends.answer(erasure, { stage: 'erased', erased }, tx);
  }
}
