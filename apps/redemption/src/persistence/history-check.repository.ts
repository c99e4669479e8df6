import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Finding } from '../domain/verification/verdict.ts';
import { findingsOf, within, type KeyRange } from './findings.ts';

/** Every whole way that a redemption can have gone, by type, written down once more from domain.md. */
const WAYS = sql`(VALUES
  ('gift_card spark_ads experience discount commission_boost physical_gift', 'claim', 'claimable>claimed', 'claimed'),
  ('gift_card spark_ads experience', 'claim conclude', 'claimable>claimed claimed>concluded', 'concluded'),
  ('discount commission_boost', 'claim fulfil', 'claimable>claimed claimed>fulfilled', 'fulfilled'),
  ('discount commission_boost', 'claim fulfil conclude',
   'claimable>claimed claimed>fulfilled fulfilled>concluded', 'concluded'),
  ('physical_gift', 'claim ship', 'claimable>claimed claimed>claimed', 'claimed'),
  ('physical_gift', 'claim ship deliver', 'claimable>claimed claimed>claimed claimed>concluded', 'concluded'),
  ('mission', 'reject', 'claimable>rejected', 'rejected'))
  AS way (taken_by, commands, moves, status)`;

/** The state of each redemption against its steps, and its frozen terms against both. */
@Injectable()
export class HistoryCheckRepository {
  /** @returns the redemption of the last of the next steps; undefined when there are no more than so many left */
  async redemptionAfter(after: string, steps: number, tx: TenantTransaction): Promise<string | undefined> {
    const row = await tx.maybeOne<{ redemption_id: string }>(sql`
      SELECT redemption_id FROM redemption.redemption_transition
      WHERE client_id = ${tx.clientId} AND redemption_id > ${after}::uuid
      ORDER BY redemption_id OFFSET ${steps - 1}::int LIMIT 1`);
    return row?.redemption_id;
  }

  /** Unclaimed redemptions are not read: one that has a step or a claim comes up from that side. */
  steps(range: KeyRange, tx: TenantTransaction): Promise<Finding[]> {
    const parts = sql`
      moved AS MATERIALIZED (
        SELECT d.id, d.reward_id, d.creator_id, d.status, CASE d.status WHEN 'rejected' THEN r.source ELSE r.type END AS kind
        FROM redemption.redemption d JOIN redemption.reward r ON r.client_id = d.client_id AND r.id = d.reward_id
        WHERE d.client_id = ${tx.clientId} AND ${within(sql`d.id`, range)}
          AND d.status IN ('claimed', 'fulfilled', 'concluded', 'rejected')),
      step AS MATERIALIZED (
        SELECT redemption_id AS id, string_agg(command, ' ' ORDER BY t.id) AS commands,
               string_agg(from_status || '>' || to_status, ' ' ORDER BY t.id) AS moves
        FROM redemption.redemption_transition t
        WHERE client_id = ${tx.clientId} AND ${within(sql`redemption_id`, range)} GROUP BY redemption_id),
      claimed AS MATERIALIZED (
        SELECT redemption_id AS id, reward_id AS for_reward, creator_id AS by_creator FROM redemption.claim
        WHERE client_id = ${tx.clientId} AND ${within(sql`redemption_id`, range)}),
      told AS MATERIALIZED (
        SELECT * FROM moved FULL JOIN step USING (id) FULL JOIN claimed USING (id)),
      way AS MATERIALIZED (SELECT string_to_array(taken_by, ' ') AS taken_by, commands, moves, status FROM ${WAYS})`;
    const faulty = sql`
      SELECT 'history' AS "check", reward_id, coalesce(creator_id, by_creator) AS creator_id, id AS redemption_id,
             coalesce(status, 'claimable') || ' and its steps' AS expected,
             coalesce(commands, 'no step') || CASE WHEN for_reward IS NULL THEN ', no terms'
               WHEN (for_reward, by_creator) IS DISTINCT FROM (reward_id, creator_id) THEN ', terms of another'
               ELSE '' END AS found
      FROM told t
      WHERE (t.commands LIKE 'claim%') IS DISTINCT FROM (t.for_reward IS NOT NULL)
         OR (t.for_reward, t.by_creator) IS DISTINCT FROM (t.reward_id, t.creator_id) AND t.for_reward IS NOT NULL
         OR NOT EXISTS (
           SELECT FROM way w WHERE w.commands = t.commands AND w.moves = t.moves AND w.status = t.status
             AND t.kind = ANY(w.taken_by))`;
    return findingsOf(parts, faulty, tx);
  }
}
