import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startLocalStack, type LocalStack } from '../local-stack.ts';
import { freePort, freePortPair } from '../ports.ts';
import { ProcessRecords } from '../process-records.ts';
import { REPOSITORY_ROOT } from '../repository-root.ts';

describe('the local stack', () => {
  let directory: string;
  let ports: { postgresPort: number; kafkaPort: number };
  const lines: string[] = [];
  const report = (line: string): unknown => lines.push(line);
  const start = (): Promise<LocalStack> => startLocalStack({ directory, ...ports, durable: false, report });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'laurel-stack-'));
    chmodSync(directory, 0o755);
    ports = { postgresPort: await freePort(), kafkaPort: await freePortPair() };
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is found again with its data after its supervisor was killed', async () => {
    const supervisor = await startSupervisor({ directory, ...ports });
    const records = new ProcessRecords(directory);
    const left = [records.running('postgres'), records.running('kafka')];
    expect(left).not.toContain(undefined);
    await query(supervisor.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await expect(start()).rejects.toThrow(`Laurel runs already (process ${supervisor.child.pid})`);
    supervisor.child.kill('SIGKILL');
    await supervisor.gone;

    const stack = await start();
    expect(lines).toContain('ended what a killed run had left: kafka, postgres');
    expect(await query(stack.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await stack.stop();
    expect(readdirSync(join(directory, 'run'))).toEqual([]);
  });

  it('tells when one of its two has gone', async () => {
    const stack = await start();
    process.kill(new ProcessRecords(directory).running('kafka')?.pid ?? 0, 'SIGKILL');
    await expect(stack.broken).resolves.toMatch(/^kafka ended \(SIGKILL\)/);
    await stack.stop();
  });

  it('leaves nothing running when its start is given up', async () => {
    const giveUp = AbortSignal.abort(new Error('given up'));
    await expect(startLocalStack({ directory, ...ports, durable: false, report, signal: giveUp })).rejects.toThrow(
      'given up',
    );
    expect(readdirSync(join(directory, 'run'))).toEqual([]);
  });
});

/** A process that does nothing but hold a stack. */
async function startSupervisor(
  options: object,
): Promise<{ child: ChildProcess; databaseUrl: string; gone: Promise<unknown> }> {
  const module_ = pathToFileURL(join(REPOSITORY_ROOT, 'dist', 'infra', 'local', 'local-stack.js')).href;
  const script = `
    import { startLocalStack } from '${module_}';
    const stack = await startLocalStack({ ...${JSON.stringify(options)}, durable: false, report: () => {} });
    console.log(stack.databaseUrl);
    await stack.broken;`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', '--input-type=module', '-e', script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const databaseUrl = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`the supervisor ended with ${code}`)));
  });
  return { child, databaseUrl, gone };
}

async function query(connectionString: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}
