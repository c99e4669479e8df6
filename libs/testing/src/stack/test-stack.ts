/** A real Postgres and a real Kafka for one run of tests. Nothing of it outlives `stop`. */
export interface TestStack {
  /** As the administrator of the cluster. */
  readonly databaseUrl: string;
  /** `host:port`, comma-separated. */
  readonly kafkaBrokers: string;
  stop(): Promise<void>;
}

export interface TestStackOptions {
  /** For data and logs. */
  readonly directory: string;
  readonly report: (line: string) => void;
}

/** Where the run's stack is. @throws Error outside `infra/test/run.mjs`: a missing stack is a failure, never a skip. */
export function stackAddress(env: NodeJS.ProcessEnv = process.env): { databaseUrl: string; brokers: string[] } {
  const { DATABASE_URL: databaseUrl, KAFKA_BROKERS: brokers } = env;
  if (!databaseUrl || !brokers) {
    throw new Error('DATABASE_URL and KAFKA_BROKERS are not set: run these tests with `node infra/test/run.mjs`');
  }
  return { databaseUrl, brokers: brokers.split(',') };
}
