import { SERVICES, type ServiceName, type StatefulServiceName } from '#libs/contracts';
import { choice, choices, integer, list, optionalText, port, text, url, type ConfigOf } from './fields.ts';

export const ROLES = ['http', 'consumers', 'relay', 'reconcilers'] as const;
/** What a process of a service does; a deployment may scale each apart. */
export type ProcessRole = (typeof ROLES)[number];

/** What every service reads, the gateway included. */
export function httpFields(service: ServiceName) {
  const prefix = service.toUpperCase().replaceAll('-', '_');
  return {
    port: port(`${prefix}_PORT`, SERVICES[service].port),
    host: text('LAUREL_HOST', { fallback: '127.0.0.1', expected: 'an address to listen on' }),
    environment: choice('LAUREL_ENV', ['production', 'development'], { fallback: 'production' }),
    jwks: text('LAUREL_JWKS', { expected: 'the path or http(s) URL of a JWKS' }),
    jwtIssuer: text('LAUREL_JWT_ISSUER', { expected: 'the issuer of tokens' }),
    jwtAudience: text('LAUREL_JWT_AUDIENCE', { fallback: 'laurel', expected: 'the audience of tokens' }),
    logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal'], { fallback: 'info' }),
    otlpEndpoint: optionalText('OTEL_EXPORTER_OTLP_ENDPOINT', 'the URL of an OpenTelemetry collector'),
  };
}

/** What every service with a schema reads. */
export function statefulFields(service: StatefulServiceName) {
  return {
    ...httpFields(service),
    databaseUrl: url('DATABASE_URL', ['postgres', 'postgresql'], { secret: true }),
    databasePoolSize: integer('DATABASE_POOL_SIZE', { fallback: 10, min: 2, max: 200 }),
    kafkaBrokers: list('KAFKA_BROKERS', 'a comma-separated list of host:port'),
    /** After how long the broker gives the partitions of a process that has fallen silent to others. */
    sessionTimeoutMs: integer('KAFKA_SESSION_TIMEOUT_MS', { fallback: 10_000, min: 1_000, max: 300_000 }),
    topicPrefix: text('LAUREL_TOPIC_PREFIX', {
      fallback: '',
      pattern: /^[a-zA-Z0-9._-]*$/,
      expected: 'letters, digits, dots, dashes, underscores',
    }),
    roles: choices('LAUREL_ROLES', ROLES, ROLES),
  };
}

/** What a service with comparisons reads besides. */
export const reconciliationFields = {
  /** UTC. */
  reconcileHour: integer('LAUREL_RECONCILE_HOUR', { fallback: 3, min: 0, max: 23 }),
};

export type HttpConfig = ConfigOf<ReturnType<typeof httpFields>>;
export type StatefulConfig = ConfigOf<ReturnType<typeof statefulFields>>;
