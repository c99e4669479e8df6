import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const EMPTY_LIST = '{"data":[],"nextCursor":null}';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A small real HTTP server in a service's place, which remembers what it was sent. */
export class Upstream {
  readonly received: Received[] = [];
  readonly #server: Server;
  #handler: Handler | undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      if (this.#handler === undefined) void this.#echo(request, response);
      else this.#handler(request, response);
    });
  }

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What it does from now on; without a handler it reads the body and answers 200 with an empty list. */
  handle(handler?: Handler): void {
    this.#handler = handler;
    this.received.length = 0;
  }

  /** Answers every path that it knows with JSON, the others with 404. */
  serve(answers: Readonly<Record<string, unknown>>): void {
    this.handle((request, response) => {
      const path = request.url ?? '';
      this.#remember(request, '');
      const known = Object.hasOwn(answers, path);
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(known ? answers[path] : { code: 'not_found' }));
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    this.#remember(request, Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(EMPTY_LIST);
  }

  #remember(request: IncomingMessage, body: string): void {
    this.received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
  }
}
