import type { BoostId, ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { BoostNotExpiredError, StatementNotFoundError } from '../domain/boost/boost.errors.ts';
import type { Boost } from '../domain/boost/boost.ts';
import { hasReached } from '../domain/boost/boost-status.ts';
import type { ChainHead } from '../domain/statement/statement-chain.ts';
import { StatementRequestRepository } from '../persistence/statement-request.repository.ts';
import {
  StatementRepository,
  type ChainLink,
  type Reason,
  type StoredStatement,
} from '../persistence/statement.repository.ts';
import { MakeStatements } from './make-statements.ts';

export interface ToldStatement extends StoredStatement {
  readonly reasons: readonly Reason[];
}

const CHAIN_PAGE = 2_000;

/** Statements to look at, to keep and to check. */
@Injectable()
export class ReadStatements {
  constructor(
    private readonly database: Database,
    private readonly statements: StatementRepository,
    private readonly requests: StatementRequestRepository,
    private readonly makeStatements: MakeStatements,
  ) {}

  /**
   * The latest version tells everything that was committed before this was asked: what is not made yet is made now.
   * @param version a former one, as it was
   */
  async one(boost: Boost, version: number | undefined, clientId: ClientId): Promise<ToldStatement> {
    if (!hasReached(boost.status, 'expired')) throw new BoostNotExpiredError(boost.activation?.expiryDate ?? null);
    const found = await this.#find(boost.id, version, clientId);
    if (found !== 'behind') return known(found);
    const made = await this.database.inTenant(clientId, async (tx) => {
      await this.makeStatements.executeFor(boost.id, tx);
      return this.statements.find(boost.id, version, tx);
    });
    return known(made);
  }

  head(clientId: ClientId): Promise<ChainHead> {
    return this.database.inTenant(clientId, (tx) => this.statements.head(tx));
  }

  /** From the first link to the one that is last when its page is read; no link ever changes. */
  async *chain(clientId: ClientId): AsyncGenerator<readonly ChainLink[]> {
    for (let after = 0; ;) {
      const from = after;
      const links = await this.database.inTenant(clientId, (tx) => this.statements.links(from, CHAIN_PAGE, tx));
      const last = links.at(-1);
      if (last === undefined) return;
      yield links;
      after = last.position;
    }
  }

  #find(boostId: BoostId, version: number | undefined, clientId: ClientId) {
    return this.database.inTenant(clientId, async (tx) => {
      if (await this.requests.isPending(boostId, tx)) return 'behind' as const;
      return this.statements.find(boostId, version, tx);
    });
  }
}

function known(statement: ToldStatement | undefined): ToldStatement {
  if (statement === undefined) throw new StatementNotFoundError();
  return statement;
}
