import { readFileSync } from 'node:fs';
import type { Field } from '#libs/service-kit';

export interface MasterKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** Master keys from the configuration: the first wraps, all unwrap. */
export interface MasterKeySource {
  readonly keys: readonly MasterKey[];
  /** The file they stand in, which is read again when it changes; undefined when the variable itself held them. */
  readonly file: string | undefined;
}

const FILE = 'file:';
const ENTRY = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}):([A-Za-z0-9+/_-]{43}=?)$/;

/** The variable of a service that keeps secrets. */
export function masterKeysField(variable = 'LAUREL_MASTER_KEYS'): Field<MasterKeySource> {
  return {
    variable,
    expected:
      '<id>:<32 bytes in base64>, the current key first, separated by commas, or file:<path> with one on a line',
    fallback: undefined,
    required: true,
    secret: true,
    parse: readSource,
  };
}

/** @returns undefined for what is neither keys nor a file of keys */
export function readSource(text: string): MasterKeySource | undefined {
  if (text.startsWith(FILE)) return readKeyFile(text.slice(FILE.length));
  const keys = readMasterKeys(text.split(','));
  return keys && { keys, file: undefined };
}

export function readKeyFile(file: string): MasterKeySource | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const keys = readMasterKeys(text.split('\n'));
  return keys && { keys, file };
}

function readMasterKeys(entries: readonly string[]): readonly MasterKey[] | undefined {
  const keys: MasterKey[] = [];
  for (const entry of entries.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))) {
    const [, id = '', base64 = ''] = ENTRY.exec(entry) ?? [];
    const key = Buffer.from(base64, 'base64');
    if (key.length !== 32 || keys.some((known) => known.id === id)) return undefined;
    keys.push({ id, key });
  }
  return keys.length === 0 ? undefined : keys;
}
