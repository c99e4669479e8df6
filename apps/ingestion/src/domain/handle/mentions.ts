/** Before and after a handle stands no other character of one: of `ana.bay`, `ana` is no mention; of `@ana.` it is. */
const BEFORE = '(?:^|[^a-z0-9._]|%40|[^a-z0-9_]\\.)';
const AFTER = '(?!\\.?[a-z0-9_])';
const NAMES = /(?:%40)?([a-z0-9._]+)/g;

/** Matches a lower-cased text that names the handle. Read alike by Postgres and by JavaScript. */
export function mentionPattern(handle: string): string {
  return `${BEFORE}${handle.replaceAll('.', '\\.')}${AFTER}`;
}

/** Everything in a text that could be a handle. With the dots around it and without, for both can be meant. */
export function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, name = ''] of text.toLowerCase().matchAll(NAMES)) {
    const trimmed = name.replace(/^\.+|\.+$/g, '');
    for (const each of [name, trimmed]) {
      if (each.length > 0 && each.length <= 30) names.add(each);
    }
  }
  return names;
}
