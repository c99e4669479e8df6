import { sql, type Statement, type TenantTransaction } from '#libs/persistence';
import { EXAMPLES, type Check, type Fault, type Finding } from '../domain/verification/verdict.ts';

/** Ids of one kind, in their order: behind `after`, up to `until` and with it. */
export interface KeyRange {
  readonly after: string;
  readonly until: string;
}

export const FIRST_KEY = '00000000-0000-0000-0000-000000000000';
export const LAST_KEY = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export function within(column: Statement, { after, until }: KeyRange): Statement {
  return sql`(${column} > ${after}::uuid AND ${column} <= ${until}::uuid)`;
}

/**
 * @param parts of a WITH
 * @param faulty a select of "check", reward_id, creator_id, redemption_id, expected and found
 * @returns how many faults each check has in it, with the first: no more rows come here, whatever is wrong
 */
export async function findingsOf(parts: Statement, faulty: Statement, tx: TenantTransaction): Promise<Finding[]> {
  const rows = await tx.many<Fault & { check: Check; faults: number }>(sql`
    WITH ${parts}, faulty AS MATERIALIZED (${faulty})
    SELECT "check", reward_id AS "rewardId", creator_id AS "creatorId", redemption_id AS "redemptionId", expected, found,
           faults::int AS faults
    FROM (SELECT f.*, count(*) OVER (PARTITION BY "check") AS faults,
                 row_number() OVER (PARTITION BY "check" ORDER BY creator_id, reward_id, redemption_id, expected) AS nth
          FROM faulty f) AS numbered
    WHERE nth <= ${EXAMPLES} ORDER BY "check", nth`);
  const findings = new Map<Check, Finding & { examples: Fault[] }>();
  for (const { check, faults, ...fault } of rows) {
    const finding = findings.get(check) ?? { check, faults, examples: [] };
    finding.examples.push(fault);
    findings.set(check, finding);
  }
  return [...findings.values()];
}
