import { createHash } from 'node:crypto';
import { CLOCK, type BoostId, type ClientId, type Clock } from '#libs/kernel';
import { Database, type TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { canonicalJson } from '../domain/statement/canonical-json.ts';
import { composeStatement } from '../domain/statement/compose-statement.ts';
import { linkText, type ChainHead } from '../domain/statement/statement-chain.ts';
import type { StatementSource } from '../domain/statement/statement.ts';
import { StatementRequestRepository, type StatementRequest } from '../persistence/statement-request.repository.ts';
import { StatementSourceRepository } from '../persistence/statement-source.repository.ts';
import { StatementRepository, type StoredStatement, type Told } from '../persistence/statement.repository.ts';

/** Statements of one transaction at most: with hundreds of entries each it still stays under a second. */
const CHUNK = 100;

type MadeStatement = StoredStatement & Told;

/**
 * Makes the statements that the database has asked for: a boost has expired, an amount was set, it was paid, a reading was
 * corrected. Each is the next version of its boost and the next link of its client's chain. A request that finds its
 * news told already makes nothing, so a redelivery or a second process changes nothing.
 */
@Injectable()
export class MakeStatements {
  constructor(
    private readonly database: Database,
    private readonly statements: StatementRepository,
    private readonly sources: StatementSourceRepository,
    private readonly requests: StatementRequestRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * A chunk of what the client's boosts wait for; nothing while another process makes some, or while a sync still moves
   * boosts: that one is waited for by the whole programme, a statement by whoever asks for it, who then has it made.
   * @returns how many requests are done with
   */
  execute(clientId: ClientId): Promise<number> {
    return this.database.inTenant(clientId, async (tx) => {
      if ((await this.requests.pending({ limit: 1 }, tx)).length === 0) return 0;
      if (await this.requests.isSyncMovingBoosts(tx)) return 0;
      if (!(await this.statements.tryLockChain(tx))) return 0;
      return this.#fulfil(await this.requests.pending({ limit: CHUNK }, tx), tx);
    });
  }

  /** Everything that this one boost waits for, before those that have waited longer. */
  async executeFor(boostId: BoostId, tx: TenantTransaction): Promise<number> {
    await this.statements.lockChain(tx);
    return this.#fulfil(await this.requests.pending({ boostId, limit: CHUNK }, tx), tx);
  }

  /** The chain is locked, and the requests were read after that. */
  async #fulfil(requests: readonly StatementRequest[], tx: TenantTransaction): Promise<number> {
    if (requests.length === 0) return 0;
    const boostIds = [...new Set(requests.map(({ boostId }) => boostId))];
    const sources = await this.sources.load(boostIds, tx);
    const told = await this.statements.told(boostIds, tx);
    let head = await this.statements.head(tx);
    const made: MadeStatement[] = [];
    for (const request of requests) {
      // A boost that has not expired: its first statement will tell this too.
      const source = sources.get(request.boostId);
      if (source === undefined) continue;
      const next = nextExtent(source, request, told.get(request.boostId));
      if (next === undefined) continue;
      const statement = seal(source, next, head, this.clock.now());
      told.set(request.boostId, next);
      head = statement;
      made.push(statement);
    }
    await this.statements.append(made, tx);
    await this.requests.remove(requests, tx);
    return requests.length;
  }
}

/** @returns undefined when the latest statement tells all that is asked for */
function nextExtent(source: StatementSource, request: StatementRequest, told: Told | undefined): Told | undefined {
  const next: Told = {
    version: (told?.version ?? 0) + 1,
    adjustmentCount: Math.max(told?.adjustmentCount ?? 0, request.adjustmentCount),
    correctionCount: source.corrections.length,
    isPaid: request.isPaid || told?.isPaid === true,
  };
  const isNews =
    told === undefined ||
    next.adjustmentCount > told.adjustmentCount ||
    next.correctionCount > told.correctionCount ||
    next.isPaid !== told.isPaid;
  return isNews ? next : undefined;
}

function seal(source: StatementSource, told: Told, head: ChainHead, at: Date): MadeStatement {
  const document = canonicalJson(composeStatement(source, told, { version: told.version, at }));
  const digest = sha256(document);
  const position = head.position + 1;
  const hash = sha256(linkText(position, head.hash, digest));
  return { ...told, boostId: source.boostId, document, digest, position, previous: head.hash, hash };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
