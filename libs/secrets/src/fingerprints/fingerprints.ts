import { createHmac } from 'node:crypto';
import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import type { DataKeyStore } from '../data-keys/data-key-store.ts';
import { DataKeys } from '../data-keys/data-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import type { SealAlerts } from '../sealing/seal-alerts.ts';
import { SealBrokenError } from '../sealing/secrets.errors.ts';

/**
 * Whose data key fingerprints are made with: the client's own, under an id that no creator has. Not the nil one, behind
 * which a rotation begins.
 */
const CLIENT = 'ffffffff-ffff-ffff-ffff-ffffffffffff' as CreatorId;

/** Of a text, 32 bytes. */
export type Fingerprint = (text: string) => Buffer;

/**
 * Tells whether two texts of a client are the same without keeping either: HMAC-SHA-256 under a random key of the client
 * in this service, which is wrapped by the master key like any data key. Nobody without that key can try guesses, no two
 * clients and no two fields have a fingerprint in common, and it outlives the data keys of the creators it was made of.
 */
export class Fingerprints {
  readonly #store: DataKeyStore;
  readonly #keys: DataKeys;
  readonly #alerts: SealAlerts;

  constructor(store: DataKeyStore, provider: KeyProvider, alerts: SealAlerts) {
    this.#store = store;
    this.#keys = new DataKeys(store, provider);
    this.#alerts = alerts;
  }

  /** Writes where it is the first of the client (its key), so lanes are locked before. @throws SealBrokenError */
  async of(field: string, text: string, tx: TenantTransaction): Promise<Buffer> {
    return (await this.keyed(field, tx))(text);
  }

  /** The same for many texts: the key is read once. */
  async keyed(field: string, tx: TenantTransaction): Promise<Fingerprint> {
    const known = await this.#store.find([CLIENT], tx);
    const readings = await (known.length > 0 ? this.#keys.read([CLIENT], tx) : this.#keys.readOrMake([CLIENT], tx));
    const reading = readings.get(CLIENT);
    if (reading?.kind !== 'key') throw this.#broken(reading?.kind === 'unreadable' ? reading.cause : undefined, tx);
    const own = createHmac('sha256', reading.key).update(`laurel fingerprint ${field}`).digest();
    return (text) => createHmac('sha256', own).update(text).digest();
  }

  #broken(cause: unknown, tx: TenantTransaction): SealBrokenError {
    const error = new SealBrokenError({ creatorId: CLIENT, field: 'data_key' }, cause);
    this.#alerts.broken(error, tx.clientId);
    return error;
  }
}
