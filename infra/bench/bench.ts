import { parseArgs } from 'node:util';
import type { Bench, BenchContext, Sample } from './bench-row.ts';
import { BenchStack } from './bench-stack.ts';
import { jsonLine, machine, Outcome, table } from './outcome.ts';
import { BENCHES } from './rows/index.ts';

const USAGE = 'npm run bench -- [name...] [--json] [--quick] [--scale 0.2] [--runs 3]';
const QUICK_SCALE = 1 / 20;

interface Request {
  readonly benches: readonly Bench[];
  readonly json: boolean;
  readonly quick: boolean;
  /** Of the full size. */
  readonly scaleOf: (bench: Bench) => number;
  readonly runs: number;
}

function requestFrom(args: readonly string[]): Request {
  const options = {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    scale: { type: 'string' },
    runs: { type: 'string' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`no such bench: ${unknown.join(', ')}\n${USAGE}`);
  const given = Number(values.scale ?? 1);
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  if (!(given > 0 && given <= 1) || !Number.isInteger(runs) || runs < 1) throw new Error(USAGE);
  const quick = values.quick || given <= QUICK_SCALE;
  const scaleOf = ({ quickScale = QUICK_SCALE }: Bench) =>
    values.quick && values.scale === undefined ? quickScale : given;
  const named = BENCHES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { benches: named, json: values.json, quick, scaleOf, runs };
}

const report = (line: string): void => console.error(line);
let stack: BenchStack | undefined;
let stopping: Promise<void> | undefined;

/** Whoever asks again waits for the same end. */
function stop(exitCode: number): Promise<void> {
  stopping ??= (async () => {
    try {
      await stack?.stop();
      process.exit(exitCode);
    } catch (error) {
      console.error('not everything could be ended', error);
      process.exit(1);
    }
  })();
  return stopping;
}

async function measure(bench: Bench, context: BenchContext, runs: number): Promise<Outcome> {
  const samples: Sample[] = [];
  await context.stack.run(bench.running);
  if (bench.running === undefined) await context.stack.untilSettled();
  for (let run = 1; run <= runs; run += 1) {
    const sample = await bench.run(context);
    samples.push(sample);
    const { seconds, limitSeconds } = sample;
    report(`${bench.name} ${run}/${runs}: ${seconds.toFixed(2)} s against ${limitSeconds.toFixed(2)} s`);
  }
  return new Outcome(bench, samples);
}

async function main(): Promise<void> {
  const { benches, json, quick, scaleOf, runs } = requestFrom(process.argv.slice(2));
  const started = new BenchStack(report);
  stack = started;
  await started.start();
  const contextOf = (bench: Bench): BenchContext => {
    const scale = (full: number) => Math.max(1, Math.round(full * scaleOf(bench)));
    return { quick, stack: started, scale, report };
  };
  const outcomes = new Map<Bench, Outcome>();
  const where = await machine(started.pool);
  for (const bench of benches) await bench.prepare?.(contextOf(bench), runs);
  // What a row leaves for services that are stopped is never worked off: no row that needs them comes after it.
  for (const bench of benches.toSorted((a, b) => Number(a.running !== undefined) - Number(b.running !== undefined))) {
    const outcome = await measure(bench, contextOf(bench), runs);
    outcomes.set(bench, outcome);
    if (json) console.log(jsonLine(outcome, where));
  }
  const inOrder = benches.map((bench) => outcomes.get(bench)).filter((outcome) => outcome !== undefined);
  const sizes = [...new Set(benches.map(scaleOf))].join(' or ');
  if (!json) console.log(`\n${table(inOrder)}\n\n${where}; medians of ${runs}; size ${sizes}`);
}

/** Whoever started it through npm is gone when npm is, even when npm was killed. */
function stopWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop(1), 500).unref();
}

/** What fails while it stops fails because of that. */
async function fail(error: unknown): Promise<void> {
  if (stopping === undefined) console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(130));
// Requests that are under way fail when nobody waits for them yet: what was started must be ended in any case.
for (const event of ['unhandledRejection', 'uncaughtException'])
  process.on(event, (error: unknown) => void fail(error));
stopWithNpm();
try {
  await main();
  await stop(0);
} catch (error) {
  await fail(error);
}
