import { createHash } from 'node:crypto';
import { LaurelError } from '#libs/contracts';
import { isUuid } from '#libs/kernel';

/** What a part of a position must look like before it may become a parameter of a statement. */
export type PositionPart = 'uuid' | 'date' | 'integer' | 'text';

export interface ListBinding {
  /** Whose list: the client's id, with the creator's where a creator sees its own alone; `operator` for operators. */
  readonly tenant: string;
  /** The filter of the list, as asked. A cursor of one filter is no cursor of another. */
  readonly filter?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  /** The shape of the keyset position, `['uuid']` for lists by id. */
  readonly position: readonly PositionPart[];
}

/** A page that is asked for. */
export interface ListWindow {
  /** Rows of the page at most. */
  readonly limit: number;
  /** Rows to fetch: one more than the page, which tells whether there is another. */
  readonly fetch: number;
  /** The position after which the page begins, undefined for the first page. As text, in the order of `position`. */
  readonly after: readonly string[] | undefined;
  readonly scope: string;
}

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/** @throws LaurelError validation_failed for a limit out of 1..200 and for a cursor that is altered or of another list. */
export function readCursor(
  query: { readonly limit?: unknown; readonly cursor?: unknown },
  binding: ListBinding,
): ListWindow {
  const limit = readLimit(query.limit);
  const scope = scopeOf(binding);
  const after = query.cursor === undefined ? undefined : decode(query.cursor, scope, binding.position);
  return { limit, fetch: limit + 1, after, scope };
}

/**
 * The page out of the rows that were fetched (`window.fetch` at most, in order).
 * @param positionOf the position of a row, as text, in the order of the binding's `position`
 */
export function page<Item>(
  rows: readonly Item[],
  window: ListWindow,
  positionOf: (row: Item) => readonly string[],
): Page<Item> {
  const data = rows.slice(0, window.limit);
  const last = data.at(-1);
  const more = rows.length > window.limit && last !== undefined;
  return { data, nextCursor: more ? encode(positionOf(last), window.scope) : null };
}

/** The cursor of a page that ends where its work was bounded and not where its rows were: `after` is the last place seen. */
export function cursorAt(after: readonly string[], window: ListWindow): string {
  return encode(after, window.scope);
}

function readLimit(given: unknown): number {
  if (given === undefined) return 50;
  const limit = typeof given === 'string' && /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (limit < 1 || limit > 200) throw fault('limit', 'out_of_range', 'limit is a whole number from 1 to 200');
  return limit;
}

function scopeOf(binding: ListBinding): string {
  const filter = Object.entries(binding.filter ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([binding.tenant, filter, binding.position]);
}

function encode(position: readonly string[], scope: string): string {
  return Buffer.from(JSON.stringify([seal(position, scope), ...position])).toString('base64url');
}

/** Not a secret: rows are guarded by the tenant, positions by their shape. It tells a cursor that is not this list's. */
function seal(position: readonly string[], scope: string): string {
  return createHash('sha256')
    .update(JSON.stringify([scope, ...position]))
    .digest('base64url')
    .slice(0, 16);
}

function decode(cursor: unknown, scope: string, shape: readonly PositionPart[]): readonly string[] {
  const parts = typeof cursor === 'string' && cursor.length <= 2_000 ? parse(cursor) : [];
  const position = parts.slice(1);
  const sound =
    parts[0] === seal(position, scope) &&
    position.length === shape.length &&
    position.every((part, index) => fits(part, shape[index]));
  if (!sound) throw fault('cursor', 'invalid_cursor', 'the cursor does not belong to this list');
  return position;
}

function parse(cursor: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : [];
  } catch {
    return [];
  }
}

function fits(part: string, kind: PositionPart | undefined): boolean {
  switch (kind) {
    case 'uuid':
      return isUuid(part);
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(part);
    case 'integer':
      return /^-?\d{1,18}$/.test(part);
    case 'text':
      return !part.includes('\0');
    case undefined:
      return false;
  }
}

function fault(pointer: string, code: string, message: string): LaurelError {
  return new LaurelError('validation_failed', message, { faults: [{ pointer, code, message }] });
}
