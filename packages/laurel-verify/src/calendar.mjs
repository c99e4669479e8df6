const DAY_MS = 86_400_000;

/** @param {string} date @returns {boolean} whether it exists */
export function isDate(date) {
  return addDays(date, 0) === date;
}

/** @param {string} date `YYYY-MM-DD` @param {number} days @returns {string} '' when there is no such date */
export function addDays(date, days) {
  const midnight = new Date(`${date}T00:00:00Z`).getTime();
  if (Number.isNaN(midnight)) return '';
  const moved = new Date(midnight + days * DAY_MS);
  return Number.isNaN(moved.getTime()) ? '' : moved.toISOString().slice(0, 10);
}

/** @param {string} instant @returns {boolean} */
export function isInstant(instant) {
  const at = new Date(instant);
  return !Number.isNaN(at.getTime()) && at.toISOString() === instant;
}

/** @param {string} instant @param {string} timezone @returns {string | undefined} `2026-01-06 14:00:00`; undefined for no zone */
export function wallTime(instant, timezone) {
  try {
    const parts = new Intl.DateTimeFormat('en-CA-u-ca-iso8601-nu-latn', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }).formatToParts(new Date(instant));
    const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return `${of.year.padStart(4, '0')}-${of.month}-${of.day} ${of.hour}:${of.minute}:${of.second}`;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
