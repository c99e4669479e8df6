import { sql } from '#libs/persistence';
import { eventually, type RunningService } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CuttableLink } from './cuttable-link.ts';
import { Gate } from './gate.ts';
import { HttpClient, openHttpWorld, type HttpWorld } from './http-world.ts';
import { csvOf, type CsvLine } from './ingestion-world.ts';
import { stateOf, type ClientState } from './client-state.ts';

const FIRST = csvOf(...Array.from({ length: 40 }, (_, index) => ({ handle: `h${index % 7}`, video: index })));

/** New, changed and unchanged videos, one that moves away, one twice, a row that does not count. */
function nextFile(more: number): string {
  const many: CsvLine[] = Array.from({ length: more }, (_, index) => ({ handle: `c${index}`, video: `c${index}` }));
  const some: CsvLine[] = Array.from({ length: 60 }, (_, index) => ({
    handle: `h${index % 9}`,
    video: index,
    views: 100 + (index % 3),
    postDate: `2025-${String(1 + (index % 12)).padStart(2, '0')}-01`,
  }));
  return csvOf(...some, { handle: 'h1', video: 1, gmv: '20.00' }, { handle: 'x', video: 'none', gmv: 'N/A' }, ...many);
}

const FILES = { small: nextFile(0), large: nextFile(10_200) };
type Size = keyof typeof FILES;

interface Stage {
  readonly name: string;
  readonly size: Size;
  readonly table: string;
  readonly when: 'BEFORE INSERT' | 'BEFORE UPDATE';
  readonly condition: string;
  /** What the sync must have become by itself. */
  readonly ends: readonly ('published' | 'failed')[];
}

const ofSync = { size: 'small', table: 'sync', when: 'BEFORE UPDATE', ends: ['published'] } as const;

/**
 * Stages that are broken off together, each in a client of its own. Whoever books holds lanes of all, so that no two
 * can stand there at once.
 */
const ROUNDS: readonly (readonly Stage[])[] = [
  [
    { ...ofSync, name: 'receiving', condition: `NEW.bytes_received > OLD.bytes_received`, ends: ['failed'] },
    { ...ofSync, name: 'staging', condition: `NEW.status = 'staged' AND OLD.status = 'receiving'`, ends: ['failed'] },
    { ...ofSync, name: 'comparing', table: 'staged_difference', when: 'BEFORE INSERT', condition: 'true' },
    { ...ofSync, name: 'deciding', condition: `NEW.status = 'booking' AND OLD.status = 'staged'` },
    { ...ofSync, name: 'booking its first chunk', condition: `NEW.rows_booked > OLD.rows_booked` },
  ],
  [
    {
      ...ofSync,
      name: 'booking between chunks',
      size: 'large',
      condition: `OLD.rows_booked > 0 AND NEW.rows_booked > OLD.rows_booked`,
    },
  ],
  [{ ...ofSync, name: 'publishing', condition: `NEW.status = 'published' AND OLD.status = 'booking'` }],
];

let world: HttpWorld;
let link: CuttableLink;
let service: RunningService;
const undisturbed = new Map<Size, ClientState>();

beforeAll(async () => {
  world = await openHttpWorld();
  link = await CuttableLink.to(world.database.url('ingestion'));
  service = await start();
  for (const size of ['small', 'large'] as const) {
    const client = await prepared();
    const { body } = await client.upload(service, '2026-01-12', FILES[size]);
    await client.until(service, body.id, 'published');
    undisturbed.set(size, await stateOf(client));
  }
}, 120_000);
afterAll(async () => {
  await world.close();
  await link.close();
});

function start(): Promise<RunningService> {
  // Room for a client in every stage.
  return world.start({ DATABASE_URL: link.url(world.database.url('ingestion')), LAUREL_INGEST_CONCURRENCY: '8' });
}

async function prepared(): Promise<HttpClient> {
  const client = await HttpClient.create(world);
  const { body } = await client.upload(service, '2026-01-05', FIRST);
  await client.until(service, body.id, 'published');
  return client;
}

/** What breaks, and is whole again when it resolves. The gates are open by then. */
type Disturbance = (openGates: () => Promise<unknown>) => Promise<void>;

const DISTURBANCES: Record<string, Disturbance> = {
  'is killed': async (openGates) => {
    await service.kill('SIGKILL');
    await openGates();
    service = await start();
  },
  'loses its connections': async (openGates) => {
    await world.database.asAdmin((tx) =>
      tx.execute(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE client_port = ANY (${link.ports}::int[]) AND datname = current_database()`),
    );
    await openGates();
  },
  'is without its database for a while': async (openGates) => {
    link.cut();
    await openGates();
    await eventually(() => link.refused >= 3, { describe: 'the service has asked for the database in vain' });
    link.mend();
  },
};

interface Broken {
  readonly stage: Stage;
  readonly client: HttpClient;
  readonly gate: Gate;
}

/** All gates are made before anybody stands at one: a trigger is not made beside a transaction that writes. */
async function prepare(stage: Stage): Promise<Broken> {
  const client = await prepared();
  const condition = `NEW.client_id = '${client.clientId}' AND ${stage.condition}`;
  return { stage, client, gate: await Gate.close(world.database, { ...stage, condition }) };
}

async function expectSameEnd({ stage, client }: Broken): Promise<void> {
  const ended = await settled(client);
  expect([stage.name, stage.ends]).toEqual([stage.name, expect.arrayContaining([ended.status])]);
  if (ended.status === 'failed') {
    expect(ended.code).toBe('sync.upload_interrupted');
    const { body } = await client.upload(service, '2026-01-12', FILES[stage.size]);
    await client.until(service, body.id, 'published');
  }
  expect([stage.name, await stateOf(client)]).toEqual([stage.name, undisturbed.get(stage.size)]);
}

describe.each(Object.entries(DISTURBANCES))('a process that %s', (_, disturb) => {
  it.each(ROUNDS.map((stages) => [stages.map(({ name }) => name).join(', '), stages] as const))(
    'while it is %s ends the same',
    async (_names, stages) => {
      const broken: Broken[] = [];
      for (const stage of stages) broken.push(await prepare(stage));
      // Of those whose sender still waits for an answer none may come.
      const uploads = Promise.allSettled(
        broken.map(({ stage, client }) => client.upload(service, '2026-01-12', FILES[stage.size])),
      );
      await Promise.all(broken.map(({ gate }) => gate.reached()));
      await disturb(() => Promise.all(broken.map(({ gate }) => gate.open())));
      await uploads;
      for (const one of broken) await expectSameEnd(one);
    },
  );
});

describe('what is published', () => {
  const sent = sql`SELECT coalesce(sum(published), 0) = (SELECT count(*) FROM ingestion.outbox) AS all FROM ingestion.relay_cursor`;

  it('is every event that is booked and no other, once per creator and version, also when the relay was killed', async () => {
    const client = await prepared();
    await eventually(() => world.database.asAdmin(async (tx) => (await tx.one<{ all: boolean }>(sent)).all));
    const condition = 'NEW.published > OLD.published';
    const gate = await Gate.close(world.database, { table: 'relay_cursor', when: 'BEFORE UPDATE', condition });
    const { body } = await client.upload(service, '2026-01-12', FILES.small);
    await gate.reached();
    await DISTURBANCES['is killed']?.(() => gate.open());
    await client.until(service, body.id, 'published');
    const booked = await world.database.asAdmin((tx) =>
      tx.many<{ id: string; topic: string; what: string }>(sql`
        SELECT topic, value::json ->> 'id' AS id,
               concat_ws(' ', value::json ->> 'type', value::json ->> 'subject', value::json ->> 'aggregateversion') AS what
        FROM ingestion.outbox`),
    );
    expect(new Set(booked.map(({ what }) => what)).size).toBe(booked.length);
    for (const topic of new Set(booked.map((event) => event.topic))) {
      const wanted = booked.filter((event) => event.topic === topic).map(({ id }) => id);
      const published = await eventually(async () => {
        const found = new Set((await world.topics.read(topic)).map(({ id }) => id));
        return found.size >= wanted.length ? found : undefined;
      });
      expect(published).toEqual(new Set(wanted));
    }
  });
});

async function settled(client: HttpClient) {
  return eventually(
    async () => {
      const last = (await client.syncs()).at(-1);
      return last?.status === 'published' || last?.status === 'failed' ? last : undefined;
    },
    { timeoutMs: 30_000, describe: async () => JSON.stringify(await client.syncs()) },
  );
}
