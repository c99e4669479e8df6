import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GenericContainer, Wait } from 'testcontainers';
import { freePort } from '../../../../infra/local/ports.ts';
import { INITDB_ARGS } from '../../../../infra/local/postgres.ts';
import { REPOSITORY_ROOT } from '../../../../infra/local/repository-root.ts';
import type { TestStack, TestStackOptions } from './test-stack.ts';

const PASSWORD = 'laurel-test';

/** The same two in containers, for machines with a Docker engine. */
export async function startContainerStack({ report }: TestStackOptions): Promise<TestStack> {
  const kafkaVersion = pomVersion();
  report(`starting containers: postgres:18, apache/kafka:${kafkaVersion}`);
  const [postgres, kafka] = await Promise.all([startPostgresContainer(), startKafkaContainer(kafkaVersion)]);
  return {
    databaseUrl: postgres.url,
    kafkaBrokers: kafka.brokers,
    stop: async () => {
      await Promise.all([postgres.container.stop(), kafka.container.stop()]);
    },
  };
}

async function startPostgresContainer() {
  const container = await new GenericContainer('postgres:18')
    .withEnvironment({ POSTGRES_PASSWORD: PASSWORD, POSTGRES_INITDB_ARGS: INITDB_ARGS.join(' ') })
    .withCommand(['postgres', ...Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`])])
    .withExposedPorts(5432)
    .withTmpFs({ '/var/lib/postgresql': 'rw' })
    // The image starts the server twice: once to initialise, once to serve.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  const url = `postgres://postgres:${PASSWORD}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`;
  return { container, url };
}

const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  max_locks_per_transaction: '512',
  jit: 'off',
};

/** Clients are told the advertised address, so the port on this side must be known before the start. */
async function startKafkaContainer(version: string) {
  const port = await freePort();
  const container = await new GenericContainer(`apache/kafka:${version}`)
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: 'BROKER://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `BROKER://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'BROKER',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
    })
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return { container, brokers: `${container.getHost()}:${port}` };
}

/** The container runs the version whose jars the local stack runs. */
function pomVersion(): string {
  const pom = readFileSync(join(REPOSITORY_ROOT, 'infra', 'kafka', 'pom.xml'), 'utf8');
  const version = /<kafka\.version>([^<]+)</.exec(pom)?.[1];
  if (version === undefined) throw new Error('infra/kafka/pom.xml names no kafka.version');
  return version;
}
