import { it } from '@jest/globals';
import pg from 'pg';
import { loadSeries } from '../../../test/data/samples.ts';
import { ClientWorld, openIngestionWorld } from './ingestion-world.ts';
it('profiles', async () => {
  const world = await openIngestionWorld();
  const stats = new Map<string, { n: number; ms: number; max: number }>();
  const original = pg.Client.prototype.query as any;
  (pg.Client.prototype as any).query = function (...args: any[]) {
    const t = performance.now();
    const text = (typeof args[0] === 'string' ? args[0] : (args[0]?.text ?? 'copy'))
      .trim()
      .replace(/\s+/g, ' ')
      .slice(0, 110);
    const r = original.apply(this, args);
    const done = () => {
      const ms = performance.now() - t;
      const s = stats.get(text) ?? { n: 0, ms: 0, max: 0 };
      s.n++;
      s.ms += ms;
      s.max = Math.max(s.max, ms);
      stats.set(text, s);
    };
    if (r?.then) r.then(done, done);
    return r;
  };
  const client = await ClientWorld.create(world);
  const series = loadSeries('a');
  const times: number[] = [];
  try {
    for (const f of series.files.slice(0, 40)) {
      const t = performance.now();
      await client.play(f.businessDate, f.csv);
      times.push(Math.round(performance.now() - t));
    }
  } catch (e) {
    console.log(String(e));
  }
  console.log(times.join(' '));
  console.log(
    [...stats]
      .sort((a, b) => b[1].ms - a[1].ms)
      .slice(0, 25)
      .map(([k, s]) => `${s.ms.toFixed(0)}ms n=${s.n} avg=${(s.ms / s.n).toFixed(1)} max=${s.max.toFixed(0)} ${k}`)
      .join('\n'),
  );
  await world.close();
}, 200000);
