import type { ClientId } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import type { DataKeyStore, LiveKey } from '../data-keys/data-key-store.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import type { SealAlerts } from '../sealing/seal-alerts.ts';
import { bindingOfKey } from '../sealing/sealed-place.ts';
import { SealBrokenError } from '../sealing/secrets.errors.ts';

/** Where a service's master keys stand. */
export interface KeysReport {
  readonly currentKeyId: string;
  /** Every master key that this process has, or a data key is wrapped by; the current one first. */
  readonly masterKeys: readonly { readonly id: string; readonly available: boolean; readonly dataKeys: number }[];
}

export interface Rotated {
  readonly rewrapped: number;
  /** Left as they are: they do not open. */
  readonly broken: number;
  /** Where to go on; undefined at the end. */
  readonly next: RotationPlace | undefined;
}

export interface RotationPlace {
  readonly clientId: ClientId;
  /** The last creator that was met. */
  readonly creatorId: string;
}

export const BEGINNING: RotationPlace = {
  clientId: '00000000-0000-0000-0000-000000000000' as ClientId,
  creatorId: '00000000-0000-0000-0000-000000000000',
};
/** Short transactions: whoever seals for one of these creators waits for no more than one of them. */
const CHUNK = 1_000;

/** Wraps data keys anew by the current master key while everything goes on. What they seal is not touched. */
export class RotateKeys {
  readonly #database: Database;
  readonly #store: DataKeyStore;
  readonly #provider: KeyProvider;
  readonly #alerts: SealAlerts;

  constructor(database: Database, parts: { store: DataKeyStore; provider: KeyProvider; alerts: SealAlerts }) {
    this.#database = database;
    this.#store = parts.store;
    this.#provider = parts.provider;
    this.#alerts = parts.alerts;
  }

  currentKeyId(): string {
    return this.#provider.currentKeyId();
  }

  async report(): Promise<KeysReport> {
    const currentKeyId = this.currentKeyId();
    const available = this.#provider.keyIds();
    const dataKeys = new Map<string, number>([currentKeyId, ...available].map((id) => [id, 0]));
    for (const clientId of await this.#clientsFrom(BEGINNING.clientId)) {
      const counts = await this.#database.inTenant(clientId, (tx) => this.#store.countByMasterKey(tx));
      for (const { masterKeyId, count } of counts) dataKeys.set(masterKeyId, (dataKeys.get(masterKeyId) ?? 0) + count);
    }
    const masterKeys = [...dataKeys].map(([id, count]) => ({ id, available: available.includes(id), dataKeys: count }));
    return { currentKeyId, masterKeys };
  }

  /** Works in chunks until everything is wrapped by the current key or the time is over. Twice changes nothing more. */
  async execute(from: RotationPlace, withinMs: number): Promise<Rotated> {
    const until = performance.now() + withinMs;
    const sums = { rewrapped: 0, broken: 0 };
    for (const clientId of await this.#clientsFrom(from.clientId)) {
      let after = clientId === from.clientId ? from.creatorId : BEGINNING.creatorId;
      for (;;) {
        const chunk = await this.#database.inTenant(clientId, (tx) => this.#rewrapChunk(after, tx));
        sums.rewrapped += chunk.rewrapped;
        sums.broken += chunk.broken;
        if (chunk.last === undefined) break;
        after = chunk.last;
        if (performance.now() >= until) return { ...sums, next: { clientId, creatorId: after } };
      }
    }
    return { ...sums, next: undefined };
  }

  async #rewrapChunk(after: string, tx: TenantTransaction) {
    const found = await this.#store.holdOthersThan(this.#provider.currentKeyId(), { after, fetch: CHUNK }, tx);
    const fresh = (await Promise.all(found.map((key) => this.#rewrap(key, tx)))).filter((key) => key !== undefined);
    const rewrapped = fresh.length === 0 ? 0 : await this.#store.rewrap(fresh, tx);
    return { rewrapped, broken: found.length - fresh.length, last: found.at(-1)?.creatorId };
  }

  async #rewrap({ creatorId, wrapped }: LiveKey, tx: TenantTransaction): Promise<LiveKey | undefined> {
    const binding = bindingOfKey(this.#store.schema, tx.clientId, creatorId);
    let key: Buffer;
    try {
      key = await this.#provider.unwrap(wrapped, binding);
    } catch (cause) {
      this.#alerts.broken(new SealBrokenError({ creatorId, field: 'data_key' }, cause), tx.clientId);
      return undefined;
    }
    return { creatorId, wrapped: await this.#provider.wrap(key, binding) };
  }

  #clientsFrom(clientId: string): Promise<ClientId[]> {
    return this.#database.inTransaction((tx) => this.#store.clientsFrom(clientId, tx));
  }
}
