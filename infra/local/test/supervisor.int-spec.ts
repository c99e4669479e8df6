import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#libs/testing';
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER, ensureDevelopmentKeys, jwksFile } from '../development-keys.ts';
import { freePort } from '../ports.ts';
import { ProcessRecords } from '../process-records.ts';
import { serviceEnvironment, STANDARD_PORTS } from '../service-environment.ts';
import { Supervisor, type SupervisedService } from '../supervisor.ts';

describe('the supervisor', () => {
  let directory: string;
  let records: ProcessRecords;
  let supervisor: Supervisor;
  let lines: string[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'laurel-supervisor-'));
    records = new ProcessRecords(directory);
    lines = [];
    supervisor = new Supervisor({ dataDirectory: directory, records, report: (line) => lines.push(line) });
  });
  afterEach(async () => {
    await supervisor.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('starts a killed service again, and leaves nothing running when it stops', async () => {
    const gateway = await aGateway(directory);
    await supervisor.start([gateway]);
    const [record = ''] = recorded(directory);
    process.kill(Number(record.split('-').at(-1)), 'SIGKILL');
    await eventually(() => lines.includes('[gateway] ended (SIGKILL), starting again in 0.5 s'));
    await eventually(async () => (await fetch(`http://127.0.0.1:${gateway.port}/livez`)).ok);
    expect(recorded(directory)).toHaveLength(1);
    expect(recorded(directory)).not.toContain(record);

    await supervisor.stop();
    expect(recorded(directory)).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${gateway.port}/livez`)).rejects.toThrow();
    expect(readFileSync(join(directory, 'logs', 'gateway.log'), 'utf8')).toContain('"message":"serving"');
  });

  it('gives up on a service that can not start, and says where to look', async () => {
    const gateway = await aGateway(directory);
    const hopeless = { ...gateway, env: { ...gateway.env, LAUREL_JWT_ISSUER: '' } };
    await expect(supervisor.start([hopeless])).rejects.toThrow('gateway does not get ready; its log:');
    expect(lines.join('\n')).toContain('LAUREL_JWT_ISSUER');
  });
});

function recorded(directory: string): string[] {
  return readdirSync(join(directory, 'run')).map((file) => file.replace('.json', ''));
}

async function aGateway(directory: string): Promise<SupervisedService> {
  ensureDevelopmentKeys(directory);
  const port = await freePort();
  const env = serviceEnvironment('gateway', {
    databaseUrl: () => '',
    kafkaBrokers: '',
    topicPrefix: '',
    jwks: jwksFile(directory),
    jwtIssuer: DEVELOPMENT_ISSUER,
    jwtAudience: DEVELOPMENT_AUDIENCE,
    environment: 'development',
    masterKeys: '',
    ports: { ...STANDARD_PORTS, gateway: port },
  });
  return { service: 'gateway', port, env };
}
