import { systemClock, type ClientId, type Clock } from '#libs/kernel';
import type { Database } from '#libs/persistence';
import { StatementRequestRepository } from '../src/persistence/statement-request.repository.ts';
import { StatementSourceRepository } from '../src/persistence/statement-source.repository.ts';
import { StatementRepository } from '../src/persistence/statement.repository.ts';
import { MakeStatements } from '../src/use-cases/make-statements.ts';
import { ReadStatements } from '../src/use-cases/read-statements.ts';
import type { Boost } from '../src/domain/boost/boost.ts';
import type { StatementDocument } from '../src/domain/statement/compose-statement.ts';
import { statementFile } from '../src/http/statement-on-wire.ts';

export type StatementWorld = ReturnType<typeof openStatements>;

/** The use cases of statements on a database that others write to. */
export function openStatements(database: Database, clock: Clock = systemClock) {
  const statements = new StatementRepository();
  const requests = new StatementRequestRepository();
  const make = new MakeStatements(database, statements, new StatementSourceRepository(), requests, clock);
  const read = new ReadStatements(database, statements, requests, make);

  /** What the route answers. */
  const file = async (boost: Boost, clientId: ClientId, version?: number): Promise<string> =>
    statementFile(await read.one(boost, version, clientId));
  const document = async (boost: Boost, clientId: ClientId, version?: number): Promise<StatementDocument> =>
    JSON.parse((await read.one(boost, version, clientId)).document) as StatementDocument;
  const chain = async (clientId: ClientId) => {
    const links = [];
    for await (const page of read.chain(clientId)) links.push(...page);
    return links;
  };
  const untilMade = async (clientId: ClientId): Promise<void> => {
    while ((await make.execute(clientId)) > 0);
  };
  return { statements, requests, make, read, file, document, chain, untilMade };
}
