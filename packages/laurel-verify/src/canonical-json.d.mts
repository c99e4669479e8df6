/** RFC 8785. @throws RangeError for what no statement holds */
export function canonicalJson(value: unknown): string;
