import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CreatorId } from '#libs/kernel';
import { sql, trustedSql } from '#libs/persistence';
import {
  aClientId,
  aCreator,
  aCreatorId,
  clientCreated,
  createTestDatabase,
  createTestTopics,
  eventually,
  programmeDateAdvanced,
  programPublished,
  startService,
  testSigner,
  type TestDatabase,
} from '#libs/testing';

export type Json = Record<string, unknown>;
export interface Answered {
  readonly status: number;
  readonly body: Json;
  readonly text: string;
}

/** Takes what services report of their traces, and keeps it as it came. */
export class TraceCollector {
  readonly #server: Server;
  readonly #received: Buffer[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      request.on('data', (part: Buffer) => this.#received.push(part));
      request.on('end', () => response.writeHead(200).end());
    });
  }

  static async start(): Promise<TraceCollector> {
    const collector = new TraceCollector();
    await new Promise<void>((resolve) => collector.#server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  received(): string {
    return Buffer.concat(this.#received).toString('latin1');
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** The service as a process, with two creators of tier 1 of one client, whose programme has begun. */
export async function openGiftWorld() {
  const [database, topics, traces] = await Promise.all([
    createTestDatabase('redemption'),
    createTestTopics(),
    TraceCollector.start(),
  ]);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: traces.url, LOG_LEVEL: 'trace' };
  const service = await startService('redemption', { database, topics, env });
  const [clientId, creatorId, otherCreatorId] = [aClientId(), aCreatorId(), aCreatorId()];
  const signer = testSigner();
  const creatorToken = (sub: CreatorId) => signer.token({ role: 'creator', clientId, sub });
  const tokens = {
    admin: await signer.token({ role: 'admin', clientId }),
    own: await creatorToken(creatorId),
    otherCreator: await creatorToken(otherCreatorId),
    otherAdmin: await signer.token({ role: 'admin', clientId: aClientId() }),
    operator: await signer.token({ role: 'operator' }),
  };
  await topics.publish([
    clientCreated({ clientId }),
    programPublished(clientId),
    aCreator({ clientId, creatorId }).onboarded,
    aCreator({ clientId, creatorId: otherCreatorId }).onboarded,
    programmeDateAdvanced({ clientId, programmeDate: '2026-03-25' }),
  ]);
  return { database, topics, traces, service, clientId, creatorId, tokens };
}

export type GiftWorld = Awaited<ReturnType<typeof openGiftWorld>>;

export async function send(
  world: GiftWorld,
  target: string,
  token: string,
  given: { body?: unknown; key?: string } = {},
): Promise<Answered> {
  const [method = '', path = ''] = target.split(' ');
  const response = await fetch(`${world.service.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(given.key === undefined ? {} : { 'idempotency-key': given.key }),
    },
    ...(given.body === undefined
      ? {}
      : { body: typeof given.body === 'string' ? given.body : JSON.stringify(given.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Json, text };
}

/** An enabled gift of tier 1 without limit. @returns the reward's id */
export async function offerGift(world: GiftWorld, value: Json): Promise<string> {
  const name = String(value['displayText']);
  const body = { type: 'physical_gift', name, tier: 1, source: 'vip_tier', frequency: 'unlimited', value };
  const made = await send(world, 'POST /v1/rewards', world.tokens.admin, { body, key: `offer-${name}` });
  const id = String(made.body['id']);
  await send(world, `POST /v1/rewards/${id}/enable`, world.tokens.admin);
  return id;
}

/** The creator's open row of a reward. */
export function openRow(world: GiftWorld, rewardId: string, token = world.tokens.own): Promise<string> {
  return eventually(async () => {
    const { body } = await send(world, `GET /v1/redemptions?status=claimable&rewardId=${rewardId}`, token);
    const [row] = body['data'] as Json[];
    return row === undefined ? undefined : String(row['id']);
  });
}

/** Every row of every table of the schema as text, bytes as they are: what a dump would hold. */
export async function dumpOf(database: TestDatabase): Promise<Map<string, string>> {
  return database.asAdmin(async (tx) => {
    const tables = await tx.many<{ name: string }>(sql`
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relnamespace = 'redemption'::regnamespace AND relkind IN ('r', 'p')`);
    const dump = new Map<string, string>();
    for (const { name } of tables) {
      const { rows } = await tx.one<{ rows: string }>(sql`
        SELECT coalesce(string_agg(t::text, E'\n'), '') AS rows FROM ${trustedSql(name)} AS t`);
      const bytes = [...rows.matchAll(/\\\\?x((?:[0-9a-f]{2})+)/g)].map(([, hex = '']) => Buffer.from(hex, 'hex'));
      dump.set(name, `${rows}\n${Buffer.concat(bytes).toString('latin1')}`);
    }
    return dump;
  });
}
