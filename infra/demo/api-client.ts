import { randomUUID } from 'node:crypto';

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

interface Page<Row> {
  readonly data: Row[];
  readonly nextCursor: string | null;
}

interface Sent {
  readonly body?: unknown;
  readonly csv?: Buffer;
  readonly headers?: Record<string, string>;
}

/** The public API as one token sees it. `get`, `post`, `put` and `patch` expect success; `request` takes any answer. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async request<Body = Record<string, unknown>>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.#token}`, ...sent.headers };
    if (sent.body !== undefined) headers['content-type'] = 'application/json';
    if (sent.csv !== undefined) headers['content-type'] = 'text/csv';
    const body = sent.csv ?? (sent.body === undefined ? null : JSON.stringify(sent.body));
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers,
      body: (body as RequestInit['body']) ?? null,
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.match(/\bjson\b/) ?? null;
    return { status: response.status, body: (json === null ? text : JSON.parse(text)) as Body, headers: response.headers };
  }

  get<Body>(path: string): Promise<Body> {
    return this.#expectSuccess<Body>('GET', path, {});
  }

  /** Every POST carries an idempotency key; its own unless one is given. */
  post<Body>(path: string, body: unknown = {}, key: string = randomUUID()): Promise<Body> {
    return this.#expectSuccess<Body>('POST', path, { body, headers: { 'idempotency-key': key } });
  }

  put<Body>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Body> {
    return this.#expectSuccess<Body>('PUT', path, { body, headers });
  }

  upload<Body>(businessDate: string, csv: Buffer): Promise<Answer<Body>> {
    return this.request<Body>('POST', `/v1/syncs?businessDate=${businessDate}`, { csv });
  }

  /** All rows of a list, page after page. */
  async all<Row>(path: string): Promise<Row[]> {
    const rows: Row[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<Row> = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${next}`);
      rows.push(...page.data);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return rows;
  }

  async #expectSuccess<Body>(method: string, path: string, sent: Sent): Promise<Body> {
    const answer = await this.request<Body>(method, path, sent);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 600)}`);
    }
    return answer.body;
  }
}

/** Runs `work` over all items, a few at a time, and keeps their order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  width = 12,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const lanes = Array.from({ length: width }, async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item);
  });
  await Promise.all(lanes);
  return results;
}
