import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#libs/testing';
import { startChild } from '../child.ts';
import { findJava, kafkaDistribution } from '../kafka-distribution.ts';
import { assertPortsFree, freePort } from '../ports.ts';
import { identityOf } from '../process-identity.ts';
import { ProcessRecords } from '../process-records.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'laurel-processes-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a port that another program holds', () => {
  it('is named with who wants it and what to set, every one at once', async () => {
    const [one, two] = await Promise.all([listen(), listen()]);
    const free = { port: await freePort(), owner: 'the gateway', variable: 'GATEWAY_PORT' };
    const claims = [
      { port: portOf(one), owner: 'Postgres', variable: 'LAUREL_PG_PORT' },
      free,
      { port: portOf(two), owner: 'Kafka', variable: 'LAUREL_KAFKA_PORT' },
    ];
    await expect(assertPortsFree(claims)).rejects.toThrow(
      `port ${portOf(one)}, wanted by Postgres, is taken by another program: set LAUREL_PG_PORT\n` +
        `port ${portOf(two)}, wanted by Kafka, is taken by another program: set LAUREL_KAFKA_PORT`,
    );
    one.close();
    two.close();
    await expect(assertPortsFree([free])).resolves.toBeUndefined();
  });
});

describe('what a killed run has left', () => {
  it('is ended when it is ours', async () => {
    const left = sleeper();
    new ProcessRecords(directory).write('kafka', left.pid ?? 0);
    await expect(new ProcessRecords(directory).endLeftovers({}, 5_000)).resolves.toEqual(['kafka']);
    expect(identityOf(left.pid ?? 0)).toBeUndefined();
  });

  it('is killed when it does not heed the signal', async () => {
    const deaf = spawn('sh', ['-c', 'trap "" TERM; echo deaf; while :; do sleep 0.1; done'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => deaf.stdout.once('data', resolve));
    new ProcessRecords(directory).write('postgres', deaf.pid ?? 0);
    await new ProcessRecords(directory).endLeftovers({ postgres: 'SIGTERM' }, 200);
    expect(identityOf(deaf.pid ?? 0)).toBeUndefined();
  });

  it('is left alone when another program has its number now', async () => {
    const stranger = sleeper();
    const records = new ProcessRecords(directory);
    records.write('kafka', stranger.pid ?? 0);
    const file = join(directory, 'run', 'kafka.json');
    const recorded = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...recorded, startedAt: 'another time' }));
    await expect(records.endLeftovers({}, 5_000)).resolves.toEqual([]);
    expect(identityOf(stranger.pid ?? 0)).toBeDefined();
    stranger.kill('SIGKILL');
  });

  it('may be a torn record, which proves nothing', async () => {
    const records = new ProcessRecords(directory);
    writeFileSync(join(directory, 'run', 'kafka.json'), '{"name":"kafka","pid":');
    await expect(records.endLeftovers({}, 5_000)).resolves.toEqual([]);
    expect(records.running('kafka')).toBeUndefined();
  });
});

describe('a child', () => {
  it('is recorded while it runs, and forgotten when it has ended', async () => {
    const records = new ProcessRecords(directory);
    const logFile = join(directory, 'logs', 'child.log');
    const child = startChild({ name: 'child', command: 'sh', args: ['-c', 'echo hello; sleep 60'], logFile, records });
    expect(records.running('child')?.pid).toBe(child.pid);
    await eventually(() => readFileSync(logFile, 'utf8').includes('hello'));
    await child.stop('SIGTERM', 5_000);
    await expect(child.exited).resolves.toBe('SIGTERM');
    expect(records.running('child')).toBeUndefined();
  });
});

describe('Java and Maven', () => {
  it('are asked for with a remedy when there is none', async () => {
    await expect(findJava({ PATH: directory })).rejects.toThrow(/no Java found.*apt-get install openjdk-17/);
    await expect(findJava({ JAVA_HOME: directory })).rejects.toThrow(/no Java found/);
    const PATH = fakeProgram('java', 'echo \'openjdk version "21.0.1"\' >&2');
    const lines: string[] = [];
    const fetch = kafkaDistribution({
      report: (line) => lines.push(line),
      env: { PATH, LAUREL_CACHE: join(directory, 'cache') },
    });
    await expect(fetch).rejects.toThrow(/no Maven found.*apt-get install maven/);
  });

  it('must not be too old', async () => {
    const PATH = fakeProgram('java', 'echo \'java version "1.8.0_402"\' >&2');
    await expect(findJava({ PATH })).rejects.toThrow(/is Java 1\.8\.0_402; the local Kafka needs Java 17 or newer/);
  });
});

function fakeProgram(name: string, script: string): string {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return directory;
}

function sleeper(): ChildProcess {
  return spawn('sleep', ['60'], { stdio: 'ignore' });
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
