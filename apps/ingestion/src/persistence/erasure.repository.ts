import type { ClientId, CreatorId, ErasureId } from '#libs/kernel';
import { sql, trustedSql, type TenantTransaction, type Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Erased, Erasure, ErasureStatus, Obligation, ServiceAnswer } from '../domain/erasure/erasure.ts';

export interface NewErasure {
  readonly creatorId: CreatorId;
  /** Given by an admin who forces it. */
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly at: Date;
}

export interface OpenErasure {
  readonly clientId: ClientId;
  readonly id: ErasureId;
  readonly toCarryOut: boolean;
}

const SHOWN = trustedSql(`
  id, creator_id AS "creatorId", status, forced, reason, requested_at AS "requestedAt", ended_at AS "endedAt"`);

/** Erasures and what the services say about them. Whoever writes holds the lane of the creator's key. */
@Injectable()
export class ErasureRepository {
  async insert(asked: NewErasure, tx: TenantTransaction): Promise<Erasure> {
    return tx.one<Erasure>(sql`
      INSERT INTO ingestion.erasure (client_id, id, creator_id, forced, reason, requested_by, requested_at)
      VALUES (${tx.clientId}, uuidv7(), ${asked.creatorId}, ${asked.reason !== null}, ${asked.reason},
              ${asked.requestedBy}, ${asked.at})
      RETURNING ${SHOWN}`);
  }

  find(id: string, tx: TenantTransaction): Promise<Erasure | undefined> {
    return tx.maybeOne<Erasure>(sql`
      SELECT ${SHOWN} FROM ingestion.erasure WHERE client_id = ${tx.clientId} AND id = ${id}`);
  }

  /** The one of a creator that is on its way, or done. */
  findStanding(creatorId: CreatorId, tx: TenantTransaction): Promise<Erasure | undefined> {
    return tx.maybeOne<Erasure>(sql`
      SELECT ${SHOWN} FROM ingestion.erasure
      WHERE client_id = ${tx.clientId} AND creator_id = ${creatorId} AND status <> 'refused'`);
  }

  /** Those of all clients that are on their way, and whether this service still has its part to do. */
  async listOpen(tx: Transaction): Promise<OpenErasure[]> {
    return tx.many<OpenErasure>(sql`
      SELECT client_id AS "clientId", id, to_carry_out AS "toCarryOut" FROM ingestion.open_erasures() ORDER BY id`);
  }

  async move(erasure: Erasure, to: ErasureStatus, at: Date, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      UPDATE ingestion.erasure SET status = ${to}, ended_at = ${to === 'erasing' ? null : at}
      WHERE client_id = ${tx.clientId} AND id = ${erasure.id} AND status = ${erasure.status}`);
  }

  /** What was answered before stays. */
  async noteAnswer(erasureId: ErasureId, answer: ServiceAnswer, tx: TenantTransaction): Promise<void> {
    await tx.execute(sql`
      INSERT INTO ingestion.erasure_answer (client_id, erasure_id, service, stage, obligations, erased)
      SELECT ${tx.clientId}, e.id, ${answer.service}, ${answer.stage}, ${JSON.stringify(answer.obligations)}::jsonb,
             ${JSON.stringify(answer.erased)}::jsonb
      FROM ingestion.erasure e WHERE e.client_id = ${tx.clientId} AND e.id = ${erasureId}
      ON CONFLICT DO NOTHING`);
  }

  async answersTo(erasureId: ErasureId, tx: TenantTransaction): Promise<ServiceAnswer[]> {
    return tx.many<{
      service: ServiceAnswer['service'];
      stage: ServiceAnswer['stage'];
      obligations: Obligation[];
      erased: Erased[];
    }>(sql`
      SELECT service, stage, obligations, erased FROM ingestion.erasure_answer
      WHERE client_id = ${tx.clientId} AND erasure_id = ${erasureId} ORDER BY service, stage`);
  }
}
