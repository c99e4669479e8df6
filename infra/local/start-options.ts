import { parseArgs } from 'node:util';
import type { ServiceName } from '#libs/contracts';
import { portFrom, type PortClaim } from './ports.ts';
import { SERVICE_NAMES, STANDARD_PORTS, variableName } from './service-environment.ts';
import { StartupError } from './startup-error.ts';

export interface StartOptions {
  readonly demo: boolean;
  /** Begin with empty data. */
  readonly fresh: boolean;
  readonly postgresPort: number;
  readonly kafkaPort: number;
  readonly servicePorts: Readonly<Record<ServiceName, number>>;
  readonly databaseUrl: string | undefined;
  readonly kafkaBrokers: string | undefined;
}

/** From the command line and the environment. @throws StartupError for what can not be meant */
export function startOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const { fresh, ...flags } = parse(args);
  const [databaseUrl, kafkaBrokers] = [env['DATABASE_URL'] || undefined, env['KAFKA_BROKERS'] || undefined];
  if (fresh && (databaseUrl ?? kafkaBrokers) !== undefined) {
    throw new StartupError('--fresh empties local data only: unset DATABASE_URL and KAFKA_BROKERS, or leave it out');
  }
  const port = (service: ServiceName) => portFrom(env, `${variableName(service)}_PORT`, STANDARD_PORTS[service]);
  return {
    demo: !flags['no-demo'],
    fresh,
    postgresPort: portFrom(env, 'LAUREL_PG_PORT', 15_432),
    kafkaPort: portFrom(env, 'LAUREL_KAFKA_PORT', 19_092),
    servicePorts: Object.fromEntries(SERVICE_NAMES.map((name) => [name, port(name)])) as Record<ServiceName, number>,
    databaseUrl,
    kafkaBrokers,
  };
}

export function servicePortClaims({ servicePorts }: StartOptions): PortClaim[] {
  return SERVICE_NAMES.map((name) => ({
    port: servicePorts[name],
    owner: `the ${name}`,
    variable: `${variableName(name)}_PORT`,
  }));
}

function parse(args: readonly string[]): { fresh: boolean; 'no-demo': boolean } {
  const known = { fresh: { type: 'boolean', default: false }, 'no-demo': { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...args], options: known }).values;
  } catch (error) {
    throw new StartupError(
      `${error instanceof Error ? error.message : String(error)}\nnpm start -- [--no-demo] [--fresh]`,
    );
  }
}
