/** The services, with the Postgres schema each owns (the gateway keeps nothing) and the port it serves on by default. */
export const SERVICES = {
  gateway: { schema: null, port: 3000 },
  ingestion: { schema: 'ingestion', port: 3001 },
  'tier-evaluation': { schema: 'tier_evaluation', port: 3002 },
  redemption: { schema: 'redemption', port: 3003 },
  'commission-boost': { schema: 'commission_boost', port: 3004 },
} as const;

export type ServiceName = keyof typeof SERVICES;
/** A service with a schema, an outbox and consumers: all but the gateway. */
export type StatefulServiceName = Exclude<ServiceName, 'gateway'>;

export const STATEFUL_SERVICES: readonly StatefulServiceName[] = [
  'ingestion',
  'tier-evaluation',
  'redemption',
  'commission-boost',
];
