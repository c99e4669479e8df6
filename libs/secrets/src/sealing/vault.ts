import { createHmac } from 'node:crypto';
import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import type { DataKeyStore } from '../data-keys/data-key-store.ts';
import { DataKeys, type KeyReading } from '../data-keys/data-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { SealAlerts } from './seal-alerts.ts';
import { bindingOfValue, VALUE_LAYOUT, type SealedPlace } from './sealed-place.ts';
import { SealBrokenError } from './secrets.errors.ts';

export interface Secret {
  readonly place: SealedPlace;
  readonly text: string;
}

export interface SealedValue {
  readonly place: SealedPlace;
  readonly sealed: Buffer;
}

export type Opening =
  | { readonly kind: 'opened'; readonly text: string }
  /** The creator's data key was destroyed: that is no fault, and there is nothing to be had. */
  | { readonly kind: 'erased' }
  /** Has been alerted. */
  | { readonly kind: 'broken'; readonly error: SealBrokenError };

/**
 * Seals values of creators for storing, in sets: each under the data key of its creator in this service, bound to
 * client, creator and field. Destroying the data key makes all of a creator's values unreadable, wherever copies are.
 */
export class Vault {
  readonly #store: DataKeyStore;
  readonly #keys: DataKeys;
  readonly #alerts: SealAlerts;

  constructor(store: DataKeyStore, provider: KeyProvider, alerts: SealAlerts) {
    this.#store = store;
    this.#keys = new DataKeys(store, provider);
    this.#alerts = alerts;
  }

  /**
   * In the order given. Writes (a new creator's data key), so lanes are locked before.
   * @throws CreatorErasedError, SealBrokenError when a data key does not open
   */
  async sealAll(secrets: readonly Secret[], tx: TenantTransaction): Promise<Buffer[]> {
    const keys = await this.#keys.readOrMake(
      secrets.map(({ place }) => canonical(place.creatorId)),
      tx,
    );
    return secrets.map(({ place, text }) => {
      const key = this.#keyOf(keys, place, tx);
      return encrypt({ key, binding: bindingOfValue(tx.clientId, place), layout: VALUE_LAYOUT }, Buffer.from(text));
    });
  }

  async seal(secret: Secret, tx: TenantTransaction): Promise<Buffer> {
    const [sealed] = await this.sealAll([secret], tx);
    if (sealed === undefined) throw new Error('nothing was sealed');
    return sealed;
  }

  /** In the order given; each creator's data key is unwrapped once. One that does not open keeps no other from it. */
  async openAll(values: readonly SealedValue[], tx: TenantTransaction): Promise<Opening[]> {
    const keys = await this.#keys.read(
      values.map(({ place }) => canonical(place.creatorId)),
      tx,
    );
    return values.map((value) => this.#open(value, keys.get(canonical(value.place.creatorId)), tx));
  }

  /** @returns undefined for an erased creator's. @throws SealBrokenError */
  async open(value: SealedValue, tx: TenantTransaction): Promise<string | undefined> {
    const [opening] = await this.openAll([value], tx);
    if (opening?.kind === 'broken') throw opening.error;
    return opening?.kind === 'opened' ? opening.text : undefined;
  }

  /**
   * A keyed digest of a text, for telling whether the same was said again: nobody without the creator's data key can try
   * guesses against it, and after an erasure nobody can. Makes the data key, so lanes are locked before.
   */
  async digest({ place, text }: Secret, tx: TenantTransaction): Promise<string> {
    const key = this.#keyOf(await this.#keys.readOrMake([canonical(place.creatorId)], tx), place, tx);
    const own = createHmac('sha256', key).update('laurel digest').digest();
    return createHmac('sha256', own).update(bindingOfValue(tx.clientId, place)).update(text).digest('hex');
  }

  /** Makes everything that was ever sealed for these creators in this service unreadable, for good. */
  destroyKeys(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<number> {
    return this.#store.destroy(creatorIds, tx);
  }

  #keyOf(keys: ReadonlyMap<CreatorId, KeyReading>, place: SealedPlace, tx: TenantTransaction): Buffer {
    const reading = keys.get(canonical(place.creatorId));
    if (reading?.kind === 'key') return reading.key;
    throw this.#broken(place, reading?.kind === 'unreadable' ? reading.cause : undefined, tx);
  }

  #open({ place, sealed }: SealedValue, reading: KeyReading | undefined, tx: TenantTransaction): Opening {
    if (reading?.kind === 'destroyed') return { kind: 'erased' };
    try {
      if (reading?.kind !== 'key') throw reading?.cause;
      const lock = { key: reading.key, binding: bindingOfValue(tx.clientId, place), layout: VALUE_LAYOUT };
      return { kind: 'opened', text: decrypt(lock, sealed).toString('utf8') };
    } catch (cause) {
      return { kind: 'broken', error: this.#broken(place, cause, tx) };
    }
  }

  #broken(place: SealedPlace, cause: unknown, tx: TenantTransaction): SealBrokenError {
    const error = new SealBrokenError(place, cause);
    this.#alerts.broken(error, tx.clientId);
    return error;
  }
}

/** As Postgres writes an id. */
function canonical(creatorId: CreatorId): CreatorId {
  return creatorId.toLowerCase() as CreatorId;
}
