import { SERVICES, STATEFUL_SERVICES, type ServiceName, type StatefulServiceName } from '#libs/contracts';

export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

export const STANDARD_PORTS = Object.fromEntries(SERVICE_NAMES.map((name) => [name, SERVICES[name].port])) as Record<
  ServiceName,
  number
>;

const KEEPERS_OF_SECRETS: readonly ServiceName[] = ['ingestion', 'redemption', 'commission-boost'];

/** What a service is told about where it stands; all that is the same for tests and for `npm start`. */
export interface Surroundings {
  /** The URL of a service's running role. */
  readonly databaseUrl: (service: StatefulServiceName) => string;
  readonly kafkaBrokers: string;
  readonly topicPrefix: string;
  /** Path or URL. */
  readonly jwks: string;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly environment: 'development' | 'production';
  /** What LAUREL_MASTER_KEYS says: the keys behind everything that is stored encrypted. */
  readonly masterKeys: string;
  /** The key that payment accounts were once encrypted with, where there is one. */
  readonly formerPaymentKey?: string | undefined;
  /** Where each service is served; the gateway forwards to them. */
  readonly ports: Readonly<Record<ServiceName, number>>;
}

/** The complete environment of one service's process; nothing of this process's own leaks in but the path and home. */
export function serviceEnvironment(service: ServiceName, around: Surroundings): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const env: NodeJS.ProcessEnv = {
    PATH,
    HOME,
    NODE_ENV: 'production',
    LAUREL_ENV: around.environment,
    LAUREL_HOST: '127.0.0.1',
    LAUREL_JWKS: around.jwks,
    LAUREL_JWT_ISSUER: around.jwtIssuer,
    LAUREL_JWT_AUDIENCE: around.jwtAudience,
    [`${variableName(service)}_PORT`]: String(around.ports[service]),
  };
  if (service === 'gateway') return { ...env, ...upstreams(around) };
  return {
    ...env,
    DATABASE_URL: around.databaseUrl(service),
    KAFKA_BROKERS: around.kafkaBrokers,
    LAUREL_TOPIC_PREFIX: around.topicPrefix,
    ...secretsOf(service, around),
  };
}

function secretsOf(service: ServiceName, { masterKeys, formerPaymentKey }: Surroundings): NodeJS.ProcessEnv {
  if (!KEEPERS_OF_SECRETS.includes(service)) return {};
  const former = service === 'commission-boost' && formerPaymentKey !== undefined;
  return { LAUREL_MASTER_KEYS: masterKeys, ...(former ? { LAUREL_PAYMENT_KEY: formerPaymentKey } : {}) };
}

function upstreams({ ports }: Surroundings): NodeJS.ProcessEnv {
  const url = (service: StatefulServiceName): string => `http://127.0.0.1:${ports[service]}`;
  return Object.fromEntries(STATEFUL_SERVICES.map((service) => [`${variableName(service)}_URL`, url(service)]));
}

/** `tier-evaluation` is `TIER_EVALUATION` in the names of variables. */
export function variableName(service: ServiceName): string {
  return service.toUpperCase().replaceAll('-', '_');
}
