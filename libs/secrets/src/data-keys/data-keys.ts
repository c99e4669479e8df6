import { randomBytes } from 'node:crypto';
import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import type { KeyProvider } from '../keys/key-provider.ts';
import { bindingOfKey } from '../sealing/sealed-place.ts';
import { CreatorErasedError } from '../sealing/secrets.errors.ts';
import type { DataKeyStore, LiveKey, StoredKey } from './data-key-store.ts';

const KEY_BYTES = 32;
/** Creators asked for in one statement, and keys unwrapped side by side where that means asking another machine. */
const AT_ONCE = 2_000;

/** What became of the key that a creator's values are sealed with. */
export type KeyReading =
  | { readonly kind: 'key'; readonly key: Buffer }
  | { readonly kind: 'destroyed' }
  | { readonly kind: 'unreadable'; readonly cause: unknown };

/** The data keys of a service's creators in clear, for as long as a call takes: none is kept, so a destroyed one is gone. */
export class DataKeys {
  readonly #store: DataKeyStore;
  readonly #provider: KeyProvider;

  constructor(store: DataKeyStore, provider: KeyProvider) {
    this.#store = store;
    this.#provider = provider;
  }

  /** Unwraps the key of every creator once. Those that never had one are unreadable. */
  async read(creatorIds: Iterable<CreatorId>, tx: TenantTransaction): Promise<Map<CreatorId, KeyReading>> {
    const readings = new Map<CreatorId, KeyReading>();
    for (const some of slices([...new Set(creatorIds)])) {
      await this.#note(await this.#store.find(some, tx), tx, readings);
      for (const creatorId of some.filter((wanted) => !readings.has(wanted))) {
        readings.set(creatorId, { kind: 'unreadable', cause: new Error('there is no data key') });
      }
    }
    return readings;
  }

  /**
   * The same, making those that are missing, and holding all against destruction until the transaction ends.
   * @throws CreatorErasedError when one is destroyed
   */
  async readOrMake(creatorIds: Iterable<CreatorId>, tx: TenantTransaction): Promise<Map<CreatorId, KeyReading>> {
    const readings = new Map<CreatorId, KeyReading>();
    for (const some of slices([...new Set(creatorIds)])) {
      const found = await this.#store.findAndHold(some, tx);
      const known = new Set(found.map((key) => key.creatorId));
      const missing = some.filter((creatorId) => !known.has(creatorId));
      if (missing.length > 0) {
        await this.#store.insert(await this.#make(missing, tx), tx);
        found.push(...(await this.#store.findAndHold(missing, tx)));
      }
      await this.#note(found, tx, readings);
    }
    for (const [creatorId, reading] of readings) {
      if (reading.kind === 'destroyed') throw new CreatorErasedError(creatorId);
    }
    return readings;
  }

  #make(creatorIds: readonly CreatorId[], tx: TenantTransaction): Promise<LiveKey[]> {
    return Promise.all(
      creatorIds.map(async (creatorId) => {
        const binding = bindingOfKey(this.#store.schema, tx.clientId, creatorId);
        return { creatorId, wrapped: await this.#provider.wrap(randomBytes(KEY_BYTES), binding) };
      }),
    );
  }

  async #note(
    stored: readonly StoredKey[],
    tx: TenantTransaction,
    readings: Map<CreatorId, KeyReading>,
  ): Promise<void> {
    await Promise.all(
      stored.map(async ({ creatorId, wrapped }) => {
        if (wrapped === undefined) return readings.set(creatorId, { kind: 'destroyed' });
        const binding = bindingOfKey(this.#store.schema, tx.clientId, creatorId);
        try {
          return readings.set(creatorId, { kind: 'key', key: await this.#provider.unwrap(wrapped, binding) });
        } catch (cause) {
          return readings.set(creatorId, { kind: 'unreadable', cause });
        }
      }),
    );
  }
}

function* slices(creatorIds: readonly CreatorId[]): Generator<CreatorId[]> {
  for (let from = 0; from < creatorIds.length; from += AT_ONCE) yield creatorIds.slice(from, from + AT_ONCE);
}
