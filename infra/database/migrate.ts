import { ensureTopics } from '../kafka/topics.ts';
import { prepareDatabase } from './prepare-database.ts';

/**
 * The migration job: roles, schemas, migrations and topics, before any service starts. May run again at any time.
 * DATABASE_URL is the administrator's, to Laurel's database; KAFKA_BROKERS a comma-separated list.
 */
async function migrate(env: NodeJS.ProcessEnv): Promise<void> {
  const { DATABASE_URL: adminUrl, KAFKA_BROKERS: brokers, LAUREL_TOPIC_PREFIX: prefix = '' } = env;
  if (!adminUrl || !brokers) throw new Error('DATABASE_URL and KAFKA_BROKERS must be set');
  const migrations = await prepareDatabase({ adminUrl, env });
  const topics = await ensureTopics({ brokers: brokers.split(','), prefix });
  console.log(`database ready (${migrations.length} migrations ran), topics ready (${topics.length} created)`);
}

try {
  await migrate(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
