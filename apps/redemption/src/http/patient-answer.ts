import { Readable } from 'node:stream';

/** Who asks waits thirty seconds at most for the next part of an answer. */
const SIGN_OF_LIFE_EVERY_MS = 5_000;
const BLANK = '\n';

/**
 * An answer that may take minutes, as one JSON document. Is it not known after seconds, it begins with blank lines, which
 * mean nothing in JSON and say that it is on its way: so it needs no table of answers, and no second request that might
 * reach another process. A failure after that breaks the answer off.
 * @param work is told to stop when whoever asked has gone
 */
export async function patientAnswer(
  work: (signal: AbortSignal) => Promise<object>,
  signOfLifeEveryMs = SIGN_OF_LIFE_EVERY_MS,
): Promise<object> {
  const gone = new AbortController();
  const working = work(gone.signal);
  const soon = await firstOf(working, signOfLifeEveryMs);
  if (soon !== undefined) return soon;
  const lines = Readable.from(written(working, signOfLifeEveryMs), { objectMode: false });
  lines.once('close', () => gone.abort());
  return lines;
}

async function* written(working: Promise<object>, signOfLifeEveryMs: number): AsyncGenerator<string> {
  let body: object | undefined;
  do {
    yield BLANK;
    body = await firstOf(working, signOfLifeEveryMs);
  } while (body === undefined);
  yield JSON.stringify(body);
}

/** @returns undefined when it takes longer */
async function firstOf(working: Promise<object>, ms: number): Promise<object | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([working, late]).finally(() => clearTimeout(timer));
}
