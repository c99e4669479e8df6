import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { eventually } from '#libs/testing';
import { Public, Reconciles, type Reconciler } from '../src/index.ts';
import { startLittleService } from './little-service.ts';

let finish: () => void = () => undefined;
let waiting = 0;

@Public()
@Controller('v1/slow')
class SlowController {
  @Get()
  async slow(): Promise<object> {
    waiting += 1;
    await new Promise<void>((resolve) => (finish = resolve));
    return { done: true };
  }
}

async function statusOf(url: string, path: string): Promise<number> {
  return (await fetch(`${url}${path}`)).status;
}

describe('a process that is told to leave', () => {
  it('answers what it has begun, is no longer ready, takes no more, and closes kept connections', async () => {
    const service = await startLittleService({ controllers: [SlowController] });
    const kept = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(kept, 'connect');
    const answered = fetch(`${service.url}/v1/slow`);
    await eventually(() => waiting > 0);
    const stopped = service.stop();
    await once(kept, 'close');
    await expect(fetch(`${service.url}/v1/slow`)).rejects.toThrow();
    finish();
    const response = await answered;
    expect([await response.json(), response.headers.get('connection')]).toEqual([{ done: true }, 'close']);
    await stopped;
  });
});

describe('a process without the role http', () => {
  it('serves probes and metrics, and no route', async () => {
    const service = await startLittleService({ controllers: [SlowController], roles: ['relay'] });
    try {
      for (const path of ['/livez', '/readyz', '/metrics', '/readyz?full=1']) {
        expect([path, await statusOf(service.url, path)]).toEqual([path, 200]);
      }
      for (const path of ['/v1/slow', '/v1/nothing', '/ops/status']) {
        expect([path, await statusOf(service.url, path)]).toEqual([path, 404]);
      }
    } finally {
      await service.stop();
    }
  });
});

abstract class Counting implements Reconciler {
  runs = 0;
  atOnce = 0;
  overlapped = false;

  async runOnce(): Promise<boolean> {
    if (++this.atOnce > 1) this.overlapped = true;
    await new Promise(setImmediate);
    this.atOnce -= 1;
    return this.work(++this.runs);
  }

  abstract work(run: number): boolean;
}

@Reconciles({ name: 'test.has-work', everyMs: 3_600_000 })
class HasWork extends Counting {
  work(run: number): boolean {
    return run < 5;
  }
}

@Reconciles({ name: 'test.comes-back', everyMs: 5 })
class ComesBack extends Counting {
  work(): boolean {
    return false;
  }
}

@Reconciles({ name: 'test.fails-first', everyMs: 1 })
class FailsFirst extends Counting {
  work(run: number): boolean {
    if (run < 3) throw new Error('the database is away');
    return false;
  }
}

@Reconciles({ name: 'test.at-boot', everyMs: 3_600_000, atBoot: true })
class AtBoot extends Counting {
  work(run: number): boolean {
    return run < 3;
  }
}

describe('reconcilers', () => {
  const providers = [HasWork, ComesBack, FailsFirst, AtBoot];

  it('run at once while there is work, come back, survive a failure, never overlap, and end with the process', async () => {
    const service = await startLittleService({ providers, roles: ['http', 'reconcilers'] });
    const [hasWork, comesBack, failsFirst, atBoot] = [HasWork, ComesBack, FailsFirst, AtBoot].map((type) =>
      service.app.get<Counting>(type),
    );
    await eventually(() => (comesBack?.runs ?? 0) > 5 && (failsFirst?.runs ?? 0) > 3 && atBoot?.runs === 4);
    expect(hasWork?.runs).toBe(5);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain(
      'laurel_reconciler_runs_total{reconciler="test.has-work",outcome="worked",service="gateway"} 4',
    );
    expect(metrics).toContain('laurel_reconciler_failing{reconciler="test.fails-first",service="gateway"} 0');
    await service.stop();
    const runs = comesBack?.runs;
    await new Promise(setImmediate);
    expect([comesBack?.runs, comesBack?.overlapped, hasWork?.overlapped]).toEqual([runs, false, false]);
  });

  it('run in processes with their role alone, but at boot in every one', async () => {
    const service = await startLittleService({ providers, roles: ['http'] });
    expect([service.app.get(AtBoot).runs, service.app.get(ComesBack).runs]).toEqual([3, 0]);
    await service.stop();
  });

  it('that fail at boot keep the process from starting', async () => {
    @Reconciles({ name: 'test.fails-at-boot', everyMs: 1, atBoot: true })
    class FailsAtBoot extends Counting {
      work(): boolean {
        throw new Error('no partition');
      }
    }
    await expect(startLittleService({ providers: [FailsAtBoot] })).rejects.toThrow('no partition');
  });
});
