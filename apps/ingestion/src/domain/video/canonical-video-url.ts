const ABSOLUTE = /^https?:\/\//i;
/** URLs that need no parsing: a host of plain labels under a top level of letters, a path that nothing rewrites. */
const PLAIN = /^https?:\/\/((?:[a-z0-9-]+\.)+[a-z]+)(\/[A-Za-z0-9@._~/-]*)?(?:[?#].*)?$/i;

/**
 * What names a video within a client: host and path alone. The host is lower-cased and loses `www.` or `m.`, the path
 * keeps its case; scheme, credentials, query, fragment and trailing slashes go. undefined for anything but an absolute
 * http(s) URL.
 */
export function canonicalVideoUrl(text: string): string | undefined {
  const trimmed = text.trim();
  const plain = PLAIN.exec(trimmed);
  if (plain !== null && isUntouched(plain[1] ?? '', plain[2] ?? '')) return canonical(plain[1] ?? '', plain[2] ?? '');
  if (!ABSOLUTE.test(trimmed)) return undefined;
  const url = URL.parse(trimmed);
  return url === null || url.host === '' ? undefined : canonical(url.host, url.pathname);
}

/** True where the URL parser would leave host and path as they are: it resolves dot segments and decodes punycode. */
function isUntouched(host: string, path: string): boolean {
  return !path.includes('/.') && !host.includes('--');
}

function canonical(host: string, path: string): string {
  return host.toLowerCase().replace(/^(?:www|m)\./, '') + path.replace(/\/+$/, '');
}
