const FORM = /^[a-z0-9._]{1,30}$/;

/** `' @Ana.Bay '` is `ana.bay`: trimmed, one leading `@` stripped, lower-cased. undefined for what is no handle. */
export function canonicalHandle(text: string): string | undefined {
  const trimmed = text.trim();
  const bare = (trimmed.startsWith('@') ? trimmed.slice(1) : trimmed).toLowerCase();
  return FORM.test(bare) ? bare : undefined;
}
