import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toCurrency, type ClientId } from '#libs/kernel';
import { sql, type Statement } from '#libs/persistence';
import {
  aClientId,
  createTestDatabase,
  createTestTopics,
  eventually,
  startService,
  testSigner,
  type RunningService,
  type TestDatabase,
  type TestTopics,
} from '#libs/testing';
import { ProgramRepository } from '../src/persistence/program.repository.ts';
import type { SyncStatus } from '../src/domain/sync/sync-status.ts';

/** The service as a process of its own, on a database and topics of its own. */
export interface HttpWorld {
  readonly database: TestDatabase;
  readonly topics: TestTopics;
  /** Starts another process of it; ended with the world. */
  start(env?: NodeJS.ProcessEnv): Promise<RunningService>;
  /** A gateway before that process, and before nobody else; ended with the world. */
  startGateway(ingestion: RunningService, env?: NodeJS.ProcessEnv): Promise<RunningService>;
  close(): Promise<void>;
}

const NOBODY = 'http://127.0.0.1:9';

export async function openHttpWorld(): Promise<HttpWorld> {
  const [database, topics] = await Promise.all([createTestDatabase('ingestion'), createTestTopics()]);
  const started: RunningService[] = [];
  const begun = async (starting: Promise<RunningService>): Promise<RunningService> => {
    const service = await starting;
    started.push(service);
    return service;
  };
  return {
    database,
    topics,
    start: (env = {}) => begun(startService('ingestion', { database, topics, env })),
    startGateway: ({ url }, env = {}) => {
      const others = { TIER_EVALUATION_URL: NOBODY, REDEMPTION_URL: NOBODY, COMMISSION_BOOST_URL: NOBODY };
      return begun(startService('gateway', { database, topics, env: { INGESTION_URL: url, ...others, ...env } }));
    },
    close: async () => {
      await Promise.all(started.map((service) => service.stop()));
      await Promise.all([database.drop(), topics.remove()]);
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: AnswerBody;
}

export interface AnswerBody {
  readonly id?: string;
  readonly status?: SyncStatus | number;
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
  readonly data?: readonly QuarantinedOnWire[];
  readonly nextCursor?: string | null;
  readonly [other: string]: unknown;
}

interface QuarantinedOnWire {
  readonly line: number;
  readonly column: string | null;
  readonly reason: string;
  readonly raw: string;
}

export type SentBody = string | Buffer | AsyncIterable<Buffer | string>;

/** A client with a program, and its admin at the service, or at a gateway before it. */
export class HttpClient {
  readonly clientId: ClientId = aClientId();
  readonly #world: HttpWorld;
  #token = '';

  private constructor(world: HttpWorld) {
    this.#world = world;
  }

  static async create(world: HttpWorld, currency = 'USD'): Promise<HttpClient> {
    const client = new HttpClient(world);
    const { clientId } = client;
    const database = world.database.database('ingestion');
    await database.inTransaction((tx) =>
      tx.execute(sql`INSERT INTO ingestion.tenant (client_id) VALUES (${clientId})`),
    );
    const program = { version: 1, currency: toCurrency(currency), timezone: 'UTC', metric: 'sales' } as const;
    await database.inTenant(clientId, (tx) => new ProgramRepository().save(program, tx));
    client.#token = await testSigner().token({ role: 'admin', clientId, sub: 'admin-1' });
    return client;
  }

  get(service: RunningService, path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask(service, { method: 'GET', path, headers });
  }

  post(service: RunningService, path: string): Promise<Answer> {
    return this.#ask(service, { method: 'POST', path, headers: {} });
  }

  /** Sends a file as it comes; an answer that comes before its end is the answer. */
  upload(
    service: RunningService,
    businessDate: string,
    body: SentBody,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const path = `/v1/syncs?businessDate=${businessDate}`;
    return this.#ask(service, { method: 'POST', path, headers: { 'content-type': 'text/csv', ...headers }, body });
  }

  /** A connection on which an upload has been begun with these headers, and none of its body sent. */
  async open({ port }: RunningService, headers: Record<string, string | number>): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', sentEnough);
    await once(socket, 'connect');
    const lines = { authorization: `Bearer ${this.#token}`, 'content-type': 'text/csv', host: 'laurel', ...headers };
    const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /v1/syncs?businessDate=2026-01-05 HTTP/1.1\r\n${head.join('')}\r\n`);
    return socket;
  }

  /** Waits until the sync is there. */
  until(service: RunningService, syncId: unknown, status: SyncStatus): Promise<AnswerBody> {
    return eventually(
      async () => {
        const { body } = await this.get(service, `/v1/syncs/${String(syncId)}`);
        return body.status === status ? body : undefined;
      },
      { timeoutMs: 40_000, describe: `sync ${String(syncId)} is ${status}` },
    );
  }

  /** The client's syncs, oldest first. */
  async syncs(): Promise<readonly { sync_id: string; status: SyncStatus; code: string | null }[]> {
    return this.rows(sql`SELECT sync_id, status, error ->> 'code' AS code FROM ingestion.sync ORDER BY sync_id`);
  }

  rows<Row extends object>(select: Statement): Promise<Row[]> {
    return this.#world.database.database('ingestion').inTenant(this.clientId, (tx) => tx.many<Row>(select));
  }

  async #ask(
    service: RunningService,
    asked: { method: string; path: string; headers: Record<string, string>; body?: SentBody },
  ): Promise<Answer> {
    const { body = '' } = asked;
    const whole = typeof body === 'string' || Buffer.isBuffer(body);
    const length: Record<string, number> =
      whole && asked.method === 'POST' ? { 'content-length': Buffer.byteLength(body) } : {};
    const sent = request(service.url + asked.path, {
      method: asked.method,
      headers: { authorization: `Bearer ${this.#token}`, ...length, ...asked.headers },
      agent: false,
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    if (whole) sent.end(body);
    else {
      sent.flushHeaders();
      void pipeline(Readable.from(body), sent).catch(sentEnough);
    }
    const [response] = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    sent.destroy();
    const text = Buffer.concat(chunks).toString();
    const isJson = response.headers['content-type']?.includes('json') ?? false;
    const parsed = (isJson ? JSON.parse(text) : {}) as AnswerBody;
    return { status: response.statusCode ?? 0, headers: response.headers, text, body: parsed };
  }
}

/** A body that is not wanted to its end breaks off when the answer is there; without an answer the answer fails. */
function sentEnough(): void {
  return undefined;
}
