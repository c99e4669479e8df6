import { statSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { decrypt, encrypt } from '../sealing/cipher.ts';
import type { KeyProvider, WrappedKey } from './key-provider.ts';
import { readKeyFile, type MasterKey, type MasterKeySource } from './master-keys.ts';

const LAYOUT = 2;
const LOOK_AGAIN_MS = 1_000;

/** Master keys in this process's memory. Those of a file follow the file, within a second. */
export class KeyRing implements KeyProvider {
  readonly #logger = new Logger(KeyRing.name);
  readonly #file: string | undefined;
  #keys: readonly [MasterKey, ...MasterKey[]];
  #seen: string;
  #lookAgainAt: number;

  constructor(source: MasterKeySource) {
    this.#keys = atLeastOne(source.keys);
    this.#file = source.file;
    this.#seen = this.#stateOfFile();
    this.#lookAgainAt = performance.now() + LOOK_AGAIN_MS;
  }

  currentKeyId(): string {
    return this.#known()[0].id;
  }

  keyIds(): readonly string[] {
    return this.#known().map(({ id }) => id);
  }

  wrap(dataKey: Buffer, binding: Buffer): Promise<WrappedKey> {
    const { id, key } = this.#known()[0];
    return Promise.resolve({ masterKeyId: id, bytes: encrypt({ key, binding, layout: LAYOUT }, dataKey) });
  }

  async unwrap({ masterKeyId, bytes }: WrappedKey, binding: Buffer): Promise<Buffer> {
    const key = await Promise.resolve(this.#find(masterKeyId));
    return decrypt({ key, binding, layout: LAYOUT }, bytes);
  }

  #find(id: string): Buffer {
    // Another process may have seen the new file first: an unknown key is a reason to look at once.
    const known = keyOf(this.#known(), id) ?? keyOf(this.#known(true), id);
    if (known === undefined) throw new Error(`there is no master key ${id}`);
    return known;
  }

  #known(atOnce = false): readonly [MasterKey, ...MasterKey[]] {
    if (this.#file !== undefined && (atOnce || performance.now() >= this.#lookAgainAt)) this.#lookAt(this.#file);
    return this.#keys;
  }

  /** A file that can not be read, half-written as it may be, changes nothing. */
  #lookAt(file: string): void {
    this.#lookAgainAt = performance.now() + LOOK_AGAIN_MS;
    const seen = this.#stateOfFile();
    if (seen === this.#seen) return;
    const source = readKeyFile(file);
    if (source === undefined) {
      this.#logger.error('the file of master keys can not be read: the keys stay as they were');
      return;
    }
    this.#keys = atLeastOne(source.keys);
    this.#seen = seen;
    this.#logger.log({ count: source.keys.length }, 'the master keys were read again');
  }

  #stateOfFile(): string {
    const found = this.#file === undefined ? undefined : statSync(this.#file, { throwIfNoEntry: false });
    return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
  }
}

function keyOf(keys: readonly MasterKey[], id: string): Buffer | undefined {
  return keys.find((known) => known.id === id)?.key;
}

function atLeastOne(keys: readonly MasterKey[]): readonly [MasterKey, ...MasterKey[]] {
  const [current, ...others] = keys;
  if (current === undefined) throw new Error('there is no master key');
  return [current, ...others];
}
