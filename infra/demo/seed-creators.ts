import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { keyOf, partitionOf } from '#libs/messaging';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export interface SeededCreators {
  readonly databaseUrl: string;
  readonly clientId: string;
  readonly creators: number;
  readonly onboardedOn: string;
}

const LINES_A_WRITE = 5_000;
const CREATORS_A_TRANSACTION = 50_000;

/**
 * What each service writes when it hears of a creator who has not sold anything: nothing was told of their sales, so
 * their first upload is their first event. In transactions of a part each, since relays wait for the oldest that writes.
 */
const INTO_THE_SERVICES: readonly string[] = [
  `INSERT INTO ingestion.creator (client_id, creator_id, handle, gmv_minor, units, sales_version, onboarded_on, first_video_on)
   SELECT $1, creator_id, 'creator_' || n, 0, 0, 0, $2, $2 FROM seeded WHERE n >= $3 AND n < $4 ORDER BY n`,
  `INSERT INTO tier_evaluation.standing
     (client_id, creator_id, lane, tier, tier_version, onboarded_on, reached_on, window_number, window_months, opening,
      base, lifetime, sync_sequence, program_version, checkpoint_count, adjustment_count, decision_count)
   SELECT $1, creator_id, lane, 1, 0, $2, $2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM seeded WHERE n >= $3 AND n < $4 ORDER BY n`,
  `INSERT INTO redemption.creator_tier (client_id, creator_id, tier, tier_version)
   SELECT $1, creator_id, 1, 0 FROM seeded WHERE n >= $3 AND n < $4 AND $2::date IS NOT NULL ORDER BY n`,
];

/** Creators of the first tier, known to ingestion, tier-evaluation and redemption. Tier 1 must have no enabled reward. */
export async function seedCreators(seeded: SeededCreators, show: (line: string) => void): Promise<void> {
  const { databaseUrl, clientId, creators, onboardedOn } = seeded;
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'laurel-demo' });
  await client.connect();
  try {
    await client.query('CREATE TEMPORARY TABLE seeded (n int PRIMARY KEY, creator_id uuid, lane smallint)');
    await copyIds(client, seeded);
    await client.query('ANALYZE seeded');
    for (let first = 0; first < creators; first += CREATORS_A_TRANSACTION) {
      const until = Math.min(creators, first + CREATORS_A_TRANSACTION);
      for (const statement of INTO_THE_SERVICES) await client.query(statement, [clientId, onboardedOn, first, until]);
      show(`${until.toLocaleString('en-US')} creators written`);
    }
    await client.query('ANALYZE ingestion.creator, tier_evaluation.standing, redemption.creator_tier');
  } finally {
    await client.end();
  }
}

async function copyIds(client: pg.Client, { clientId, creators }: SeededCreators): Promise<void> {
  const copy = client.query(copyFrom('COPY seeded FROM STDIN'));
  const madeAt = Date.now().toString(16).padStart(12, '0');
  for (let first = 0; first < creators; first += LINES_A_WRITE) {
    let text = '';
    for (let n = first; n < Math.min(creators, first + LINES_A_WRITE); n += 1) {
      const id = creatorIdOf(n, madeAt);
      text += `${n}\t${id}\t${partitionOf(keyOf(clientId as Parameters<typeof keyOf>[0], id))}\n`;
    }
    if (!copy.write(text)) await once(copy, 'drain');
  }
  copy.end();
  await finished(copy);
}

/** UUIDs of version 7, all of one millisecond, in the order of `n`. */
function creatorIdOf(n: number, madeAt: string): string {
  const [high, low] = [n >>> 12, n & 0xfff].map((part) => part.toString(16).padStart(3, '0'));
  return `${madeAt.slice(0, 8)}-${madeAt.slice(8)}-7${high}-8${low}-${randomBytes(6).toString('hex')}`;
}
