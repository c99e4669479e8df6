/** The ten columns, in the order in which a row's first fault is looked for. */
export const COLUMNS = [
  'Handle',
  'Video',
  'Views',
  'Likes',
  'Comments',
  'Units Sold',
  'GMV',
  'CTR',
  'Post Date',
  'Video Title',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Where each column stands in this file. */
export interface Header {
  readonly width: number;
  readonly positions: Readonly<Record<Column, number>>;
  /** Columns that nothing is read from, as written. */
  readonly ignored: readonly string[];
}

export type HeaderReading =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'missing' | 'repeated'; readonly columns: readonly Column[] };

/** Names are trimmed and case-insensitive, in any order. A column that is missing or there twice refuses the file. */
export function readHeader(cells: readonly string[]): HeaderReading {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const places = COLUMNS.map((column) =>
    names.flatMap((name, index) => (name === column.toLowerCase() ? [index] : [])),
  );
  const missing = COLUMNS.filter((_, index) => places[index]?.length === 0);
  if (missing.length > 0) return { kind: 'missing', columns: missing };
  const repeated = COLUMNS.filter((_, index) => (places[index]?.length ?? 0) > 1);
  if (repeated.length > 0) return { kind: 'repeated', columns: repeated };
  const positions = Object.fromEntries(COLUMNS.map((column, index) => [column, places[index]?.[0] ?? 0]));
  const used = new Set(Object.values(positions));
  return {
    kind: 'header',
    header: {
      width: cells.length,
      positions: positions as Record<Column, number>,
      ignored: cells.map((cell) => cell.trim()).filter((_, index) => !used.has(index)),
    },
  };
}
