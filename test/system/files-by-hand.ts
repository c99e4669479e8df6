/** One row of a file as it stands there, its columns by name. */
type Row = Readonly<Record<string, string>>;

const COLUMNS = [
  'handle',
  'video',
  'views',
  'likes',
  'comments',
  'gmv',
  'ctr',
  'units sold',
  'post date',
  'video title',
];
const COUNT = /^(\d+|\d{1,3}(,\d{3})+)$/;
const AMOUNT = /^-?\$?-?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?$/;
const PERCENT = /^(-?\d+(\.\d+)?\s*%?)?$/;

/**
 * The sample files read by hand: what every creator had sold in all, in cents, after each of them. It goes by the rules of
 * a file's rows and by nothing of the services: the latest valid row of a video is what the video has sold.
 */
export class FilesByHand {
  readonly #videos = new Map<string, { readonly handle: string; readonly cents: bigint }>();
  readonly #after: { readonly businessDate: string; readonly lifetimes: ReadonlyMap<string, bigint> }[] = [];

  read(businessDate: string, csv: Buffer): void {
    for (const row of rowsOf(csv)) {
      if (row === undefined || !isValid(row, businessDate)) continue;
      const handle = canonicalHandle(row['handle'] ?? '');
      const key = videoKey(row['video'] ?? '');
      const known = this.#owners.get(key);
      if (known !== undefined && known !== handle) continue;
      this.#videos.set(key, { handle, cents: centsOf(row['gmv'] ?? '') });
    }
    this.#owners = new Map([...this.#videos].map(([key, { handle }]) => [key, handle]));
    const lifetimes = new Map<string, bigint>();
    for (const { handle, cents } of this.#videos.values()) lifetimes.set(handle, (lifetimes.get(handle) ?? 0n) + cents);
    this.#after.push({ businessDate, lifetimes });
  }

  /** Whose a video is after the files so far: inside one file the last of its rows says it. */
  #owners = new Map<string, string>();

  get dates(): readonly string[] {
    return this.#after.map(({ businessDate }) => businessDate);
  }

  total(index: number): bigint {
    return [...(this.#after[index]?.lifetimes.values() ?? [])].reduce((sum, cents) => sum + cents, 0n);
  }

  /** What the file of this index changed for a creator. */
  entry(handle: string, index: number): bigint {
    return this.#lifetime(handle, index) - this.#lifetime(handle, index - 1);
  }

  #lifetime(handle: string, index: number): bigint {
    return this.#after[index]?.lifetimes.get(handle) ?? 0n;
  }
}

/** The file with other amounts for the valid rows of some creators. */
export function withOtherAmounts(csv: Buffer, handles: ReadonlySet<string>, cents: bigint): Buffer {
  const [header = [], ...lines] = parse(csv.toString('utf8').replace(/^\uFEFF/, ''));
  const [handle, gmv] = ['handle', 'gmv'].map((name) => header.findIndex((column) => nameOf(column) === name));
  const altered = lines.map((fields) => {
    const isMeant = handles.has(canonicalHandle(fields[handle ?? -1] ?? '')) && AMOUNT.test(fields[gmv ?? -1] ?? '');
    if (fields.length !== header.length || !isMeant) return fields;
    const other = centsOf(fields[gmv ?? -1] ?? '') + cents;
    return fields.map((field, index) => (index === gmv ? inDollars(other) : field));
  });
  const quoted = [header, ...altered].map((fields) =>
    fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(','),
  );
  return Buffer.from(`${quoted.join('\r\n')}\r\n`);
}

function isValid(row: Row, businessDate: string): boolean {
  const of = (name: string) => row[name] ?? '';
  return (
    /^[a-z0-9._]{1,30}$/.test(canonicalHandle(of('handle'))) &&
    /^https?:\/\//i.test(of('video')) &&
    ['views', 'likes', 'comments'].every((name) => COUNT.test(of(name))) &&
    AMOUNT.test(of('gmv')) &&
    PERCENT.test(of('ctr')) &&
    COUNT.test(of('units sold').replace(/^-/, '')) &&
    /^\d{4}-\d{2}-\d{2}$/.test(of('post date')) &&
    !Number.isNaN(Date.parse(of('post date'))) &&
    of('post date') <= businessDate &&
    of('video title').length <= 2_200
  );
}

/** Undefined for a row that has not as many fields as the header. */
function rowsOf(csv: Buffer): (Row | undefined)[] {
  const [header = [], ...lines] = parse(csv.toString('utf8').replace(/^\uFEFF/, ''));
  const places = new Map(COLUMNS.map((name) => [name, header.findIndex((column) => nameOf(column) === name)]));
  return lines.map((fields) =>
    fields.length === header.length
      ? Object.fromEntries([...places].map(([name, place]) => [name, (fields[place] ?? '').trim()]))
      : undefined,
  );
}

/** Records of fields; a quoted field may hold commas, line ends and doubled quotes. Blank lines are none. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '') records.push(fields);
    fields = [];
  }
  return records;
}

function nameOf(column: string): string {
  return column.trim().toLowerCase();
}

function canonicalHandle(handle: string): string {
  return handle.trim().replace(/^@/, '').toLowerCase();
}

function videoKey(url: string): string {
  const { host, pathname } = new URL(url);
  return host.replace(/^(www|m)\./, '') + pathname.replace(/\/+$/, '');
}

function centsOf(amount: string): bigint {
  const [whole = '0', decimals = ''] = amount.replace(/[-$,]/g, '').split('.');
  const cents = BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0'));
  return amount.includes('-') ? -cents : cents;
}

function inDollars(cents: bigint): string {
  const digits = `${cents < 0n ? -cents : cents}`.padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
