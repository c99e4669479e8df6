/** What is wrong: a JSON pointer (RFC 6901) into the file, and a sentence that goes on from it. */
export interface Finding {
  readonly pointer: string;
  readonly message: string;
}

export interface StatementFile {
  readonly statement: { readonly boostId: string; readonly version: number };
  readonly digest: string;
  readonly chain: { readonly position: number; readonly previous: string; readonly hash: string };
}

export interface ChainOutcome {
  readonly findings: Finding[];
  /** The last link that was read. */
  readonly head: { readonly position: number; readonly hash: string };
  /** Of the statement's boost, as far as the chain names it. */
  readonly latestVersion?: number;
}

/** Nothing is found in a statement that is right. `file` is what was read, whatever was found. */
export function verifyStatement(text: string): { readonly findings: Finding[]; readonly file?: unknown };

/** @param lines each `{"position","digest","hash"}`, with `boostId` and `version` where they are told */
export function verifyChain(
  lines: AsyncIterable<string> | Iterable<string>,
  against?: { readonly file?: unknown; readonly head?: string },
): Promise<ChainOutcome>;
