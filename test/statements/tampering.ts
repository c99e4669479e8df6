import type { Json, Members } from './random-statements.ts';

export type Path = readonly (string | number)[];

/** Every place of a single value. */
export function leavesOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

/** `/statement/entries/n/gmvMinor`: the kind of a place, whichever item of a list it is in. */
export function kindOf(path: Path): string {
  return path.map((step) => `/${typeof step === 'number' ? '*' : step}`).join('');
}

/** A copy with another value in one place: the nearest that has the same form, so that its form does not give it away. */
export function tampered(file: Members, path: Path, salt: number): Members {
  const copy = JSON.parse(JSON.stringify(file)) as Members;
  const parent = path.slice(0, -1).reduce<Json>((value, step) => (value as Members)[step] as Json, copy) as Members;
  const last = path.at(-1) as string;
  parent[last] = another(parent[last] as Json, salt);
  return copy;
}

/** A copy that lacks one place. */
export function without(file: Members, path: Path): Members {
  const copy = JSON.parse(JSON.stringify(file)) as Members;
  const parent = path.slice(0, -1).reduce<Json>((value, step) => (value as Members)[step] as Json, copy) as Members;
  delete parent[path.at(-1) as string];
  return copy;
}

/** What is as valid, and looks the same from most sides. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  USD: 'EUR',
  JPY: 'KRW',
  KWD: 'BHD',
  'America/New_York': 'America/Detroit',
  'Asia/Tokyo': 'Asia/Seoul',
  'Asia/Kuwait': 'Asia/Riyadh',
  'Europe/Berlin': 'Europe/Paris',
  UTC: 'Africa/Abidjan',
  activation: 'expiry',
  expiry: 'activation',
};

function another(value: Json, salt: number): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  const text = value as string;
  const neighbour = NEIGHBOURS[text];
  if (neighbour !== undefined) return neighbour;
  if (/^-?\d+$/.test(text)) return String(BigInt(text) + BigInt(1 + (salt % 7)));
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return moved(`${text}T00:00:00.000Z`, 86_400_000).slice(0, 10);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return moved(text, -3_600_000);
  const places = [...text.matchAll(/[0-9a-f]/g)].map(({ index }) => index);
  const place = places[salt % places.length] ?? 0;
  return `${text.slice(0, place)}${text[place] === '7' ? '8' : '7'}${text.slice(place + 1)}`;
}

function moved(instant: string, ms: number): string {
  return new Date(new Date(instant).getTime() + ms).toISOString();
}
