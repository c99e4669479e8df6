/** What the gateway refused, or that it could not be asked. */
export class GatewayError extends Error {
  /** Somebody is not there for the moment; the same question may be answered soon. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing = false) {
    super(message);
    this.isPassing = isPassing;
  }
}

/** The gateway as an operator's token sees it. */
export class GatewayClient {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  get<Body>(path: string, query: Readonly<Record<string, string>> = {}): Promise<Body> {
    return this.#ask<Body>('GET', withQuery(path, query));
  }

  post<Body>(path: string, sent: { query?: Readonly<Record<string, string>>; body?: object } = {}): Promise<Body> {
    return this.#ask<Body>('POST', withQuery(path, sent.query ?? {}), sent.body);
  }

  async #ask<Body>(method: string, path: string, body?: object): Promise<Body> {
    const headers = { authorization: `Bearer ${this.#token}`, accept: 'application/json' };
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    let response: Response;
    try {
      const sent = body === undefined ? null : JSON.stringify(body);
      response = await fetch(`${this.url}${path}`, { method, headers: { ...headers, ...json }, body: sent });
    } catch (error) {
      throw new GatewayError(`${this.url} does not answer: ${reasonOf(error)}`, true);
    }
    const answer = await this.#read<Body & { code?: string; detail?: string }>(response);
    if (response.ok) return answer;
    throw new GatewayError(
      `${method} ${path}: ${response.status} ${answer.code ?? ''}, ${answer.detail ?? ''}`,
      response.status === 503,
    );
  }

  /** An answer that takes long begins before it is known that it comes to its end. */
  async #read<Body>(response: Response): Promise<Body> {
    try {
      return (await response.json()) as Body;
    } catch (error) {
      throw new GatewayError(`${this.url} broke its answer off: ${reasonOf(error)}`);
    }
  }
}

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
