/**
 * A process that works on all jobs of a database, a chunk at a time, to be killed or stopped by a test. Of what is built:
 * thirty of them start in a test, and none shall spend its time on reading TypeScript.
 */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { CLOCK, systemClock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { Database, dataSourceOptions } from '#libs/persistence';
import { KeyRing, secretsProviders } from '#libs/secrets';
import { Metrics } from '#libs/service-kit';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';

const built = new URL('../../../../dist/apps/redemption/src/', import.meta.url);
const { PARTS } = await import(new URL('redemption.module.js', built));
const { BackfillRepository } = await import(new URL('persistence/backfill.repository.js', built));
const { CarryOnBackfill } = await import(new URL('use-cases/carry-on-backfill.js', built));

// Who is killed keeps nothing of what it has compiled, unless it does so before.
flushCompileCache();

const [url, creatorsPerChunk, holdMs, manner] = process.argv.slice(2);

/** Says when it has written and not committed, and stays there for a moment. */
class HeldDatabase extends Database {
  inTenant(clientId, work, options) {
    const held = async (tx) => {
      const result = await work(tx);
      process.send('written');
      await pause(Number(holdMs));
      return result;
    };
    return super.inTenant(clientId, held, options);
  }
}

const keys = new KeyRing({ keys: [{ id: 'test', key: randomBytes(32) }], file: undefined });
const dataSource = await new DataSource(dataSourceOptions({ url, schema: 'redemption', poolSize: 2 })).initialize();
const database = new HeldDatabase(dataSource);
const parts = await Test.createTestingModule({
  providers: [
    ...PARTS,
    { provide: Database, useValue: database },
    { provide: Outbox, useValue: new Outbox('redemption', 'laurel/redemption') },
    { provide: CLOCK, useValue: systemClock },
    { provide: Metrics, useValue: new Metrics('redemption') },
    ...secretsProviders({ service: 'redemption', keys }),
  ],
}).compile();

/** One that asks works no faster than its test lets it; it waits outside of transactions. */
async function permission() {
  if (manner !== 'asks') return;
  process.send('asks');
  await once(process, 'message');
}

process.send('ready');
for (;;) {
  const jobs = await database.inTransaction((tx) => parts.get(BackfillRepository).working(tx));
  if (jobs.length === 0) break;
  for (const job of jobs) {
    await permission();
    const worked = await parts.get(CarryOnBackfill).execute({ ...job, creatorsPerChunk: Number(creatorsPerChunk) });
    process.send(worked ? 'committed' : 'nothing');
  }
}
await dataSource.destroy();
process.disconnect();
