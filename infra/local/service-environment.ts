import { SERVICES, STATEFUL_SERVICES, type ServiceName, type StatefulServiceName } from '#libs/contracts';

export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

export const STANDARD_PORTS = Object.fromEntries(SERVICE_NAMES.map((name) => [name, SERVICES[name].port])) as Record<
  ServiceName,
  number
>;

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
  /** 32 bytes in base64: what commission-boost encrypts payment details with. */
  readonly paymentKey: string;
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
    ...(service === 'commission-boost' ? { LAUREL_PAYMENT_KEY: around.paymentKey } : {}),
  };
}

function upstreams({ ports }: Surroundings): NodeJS.ProcessEnv {
  const url = (service: StatefulServiceName): string => `http://127.0.0.1:${ports[service]}`;
  return Object.fromEntries(STATEFUL_SERVICES.map((service) => [`${variableName(service)}_URL`, url(service)]));
}

/** `tier-evaluation` is `TIER_EVALUATION` in the names of variables. */
export function variableName(service: ServiceName): string {
  return service.toUpperCase().replaceAll('-', '_');
}
