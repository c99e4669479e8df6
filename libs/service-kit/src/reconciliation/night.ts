const HOUR_MS = 3_600_000;

/** The night of an instant, as a date: it begins at that hour UTC and lasts until the next one does. */
export function nightOf(now: Date, hour: number): string {
  return new Date(now.getTime() - hour * HOUR_MS).toISOString().slice(0, 10);
}
