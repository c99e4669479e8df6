import { randomBytes } from 'node:crypto';
import { toCalendarDate, toCurrency, type ClientId, type SyncId } from '#libs/kernel';
import { sql, type Database, type Statement } from '#libs/persistence';
import { aClientId, createTestDatabase, eventually, type TestDatabase } from '#libs/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Sync } from '../src/domain/sync/sync.ts';
import { IngestionModule } from '../src/ingestion.module.ts';
import { ProgramRepository } from '../src/persistence/program.repository.ts';
import { AdvanceSync } from '../src/use-cases/advance-sync.ts';
import { DecideHeldSync } from '../src/use-cases/decide-held-sync.ts';
import { ReadSyncs } from '../src/use-cases/read-syncs.ts';
import { UploadSync, type Uploaded } from '../src/use-cases/receive/upload-sync.ts';

const MASTER_KEYS = { keys: [{ id: 'test', key: randomBytes(32) }], file: undefined };

/** The service as its module wires it, on a database of its own, with no role: nothing runs but what a test calls. */
export interface IngestionWorld {
  readonly app: INestApplicationContext;
  readonly testDatabase: TestDatabase;
  readonly database: Database;
  close(): Promise<void>;
}

export async function openIngestionWorld(): Promise<IngestionWorld> {
  const testDatabase = await createTestDatabase('ingestion');
  const app = await openIngestion(testDatabase.url('ingestion'));
  return {
    app,
    testDatabase,
    database: testDatabase.database('ingestion'),
    close: async () => {
      await app.close();
      await testDatabase.drop();
    },
  };
}

/** One more process's worth of the service on the same database. */
export function openIngestion(databaseUrl: string): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(ingestionModule({ databaseUrl, brokers: '127.0.0.1:1' }), {
    logger: false,
    abortOnError: false,
  });
}

export function ingestionModule(environment: { databaseUrl: string; brokers: string }) {
  return IngestionModule.forRoot({
    databaseUrl: environment.databaseUrl,
    databasePoolSize: 6,
    kafkaBrokers: [environment.brokers],
    topicPrefix: '',
    roles: [],
    port: 0,
    host: '127.0.0.1',
    environment: 'production',
    jwks: '/nowhere',
    jwtIssuer: 'nobody',
    jwtAudience: 'laurel',
    logLevel: 'fatal',
    otlpEndpoint: undefined,
    ingestConcurrency: 2,
    reconcileHour: 3,
    uploadStallMs: 30_000,
    masterKeys: MASTER_KEYS,
  });
}

interface UploadOptions {
  readonly dryRun?: boolean;
  readonly pieceBytes?: number;
}

/** A client with a program, and what its admin does. */
export class ClientWorld {
  readonly clientId: ClientId = aClientId();
  readonly #world: IngestionWorld;

  constructor(world: IngestionWorld) {
    this.#world = world;
  }

  static async create(world: IngestionWorld, currency = 'USD'): Promise<ClientWorld> {
    const client = new ClientWorld(world);
    await world.database.inTransaction((tx) =>
      tx.execute(sql`INSERT INTO ingestion.tenant (client_id) VALUES (${client.clientId})`),
    );
    const program = { version: 1, currency: toCurrency(currency), timezone: 'UTC', metric: 'sales' } as const;
    await world.database.inTenant(client.clientId, (tx) => world.app.get(ProgramRepository).save(program, tx));
    return client;
  }

  upload(businessDate: string, csv: string | Buffer, options: UploadOptions = {}): Promise<Uploaded> {
    return this.uploadBody(businessDate, inPieces(Buffer.from(csv), options.pieceBytes ?? 65_536), options);
  }

  uploadBody(businessDate: string, body: AsyncIterable<Buffer>, options: UploadOptions = {}): Promise<Uploaded> {
    return this.#world.app.get(UploadSync).execute({
      clientId: this.clientId,
      businessDate: toCalendarDate(businessDate),
      dryRun: options.dryRun ?? false,
      bytesAnnounced: null,
      body,
    });
  }

  /** Drives a sync on as far as it goes by itself. */
  async advance(syncId: SyncId): Promise<Sync> {
    const advance = this.#world.app.get(AdvanceSync);
    return eventually(async () => {
      for (let more = true; more;) more = await advance.step(this.clientId, syncId);
      const sync = await this.find(syncId);
      // An approval has its process begin by itself, which then is at the sync.
      return sync.status === 'staged' || sync.status === 'booking' ? undefined : sync;
    });
  }

  /** Uploads a file and drives it on as far as it goes by itself. */
  async play(businessDate: string, csv: string | Buffer, options: UploadOptions = {}): Promise<Sync> {
    const { sync } = await this.upload(businessDate, csv, options);
    return this.advance(sync.syncId);
  }

  async approve(syncId: SyncId): Promise<void> {
    const held = { clientId: this.clientId, syncId, decidedBy: 'an admin', decision: 'approve' } as const;
    await this.#world.app.get(DecideHeldSync).execute(held);
  }

  find(syncId: SyncId): Promise<Sync> {
    return this.#world.app.get(ReadSyncs).find(this.clientId, syncId);
  }

  async quarantine(syncId: SyncId) {
    const wanted = { syncId, afterLine: 0, fetch: 10_000 };
    return (await this.#world.app.get(ReadSyncs).listQuarantine(this.clientId, wanted)).rows;
  }

  /** Rows of a table of this client, as `select` says, in the order of the columns. */
  rows<Row extends object>(select: Statement) {
    return this.#world.database.inTenant(this.clientId, (tx) => tx.many<Row>(select));
  }

  /** The values of this client's outbox, in order of writing. */
  async events(type: string): Promise<PublishedEvent[]> {
    const rows = await this.rows<{ value: string }>(sql`
      SELECT value FROM ingestion.outbox WHERE key LIKE ${`${this.clientId}:%`} ORDER BY xid, id`);
    return rows.map((row) => JSON.parse(row.value) as PublishedEvent).filter((event) => event.type === type);
  }
}

export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly aggregateversion: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const HEADER = 'Handle,Video,Views,Likes,Comments,GMV,CTR,Units Sold,Post Date,Video Title';

export interface CsvLine {
  readonly handle: string;
  readonly video: string | number;
  readonly views?: number | string;
  readonly gmv?: string | number;
  readonly units?: string | number;
  readonly postDate?: string;
}

/** A file of sound rows, but for what the test says. */
export function csvOf(...lines: readonly CsvLine[]): string {
  const rows = lines.map(({ handle, video, views = 100, gmv = '10.00', units = 1, postDate = '2026-01-01' }) =>
    [handle, `https://www.tiktok.com/@x/video/${video}`, views, 1, 1, gmv, '1.5', units, postDate, 'a title'].join(','),
  );
  return [HEADER, ...rows, ''].join('\n');
}
