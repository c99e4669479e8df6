import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeFault } from '../check/fault.ts';
import { contractFaults, type FrozenContract } from '../check/frozen-contracts.ts';
import { currentContracts, frozenPath } from './contract-files.ts';
import { generatedDocs } from './generated-files.ts';
import { schemaDumps } from './schema-dumps.ts';

/**
 * `npm run generate`: writes whatever is made from the code: docs, schema.sql of every service, and the frozen contracts
 * of new events and new optional fields.
 */
function freezeContracts(): string[] {
  const refused: string[] = [];
  for (const [type, contract] of currentContracts()) {
    const path = frozenPath(type);
    const faults = existsSync(path) ? contractFaults(readFrozen(path), contract) : [];
    if (faults.length > 0) refused.push(...faults.map(describeFault));
    else write(path, `${JSON.stringify(contract, null, 2)}\n`);
  }
  return refused;
}

function readFrozen(path: string): FrozenContract {
  return JSON.parse(readFileSync(path, 'utf8')) as FrozenContract;
}

function writeDocs(): void {
  const docs = generatedDocs();
  for (const path of globSync('docs/events/*.md')) if (!docs.has(path)) rmSync(path);
  for (const [path, content] of docs) write(path, content);
}

function write(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  console.log(`wrote ${path}`);
}

writeDocs();
for (const [path, content] of await schemaDumps(process.env['DATABASE_URL'])) write(path, content);
const refused = freezeContracts();
for (const line of refused) console.error(line);
if (refused.length > 0) {
  console.error('A released event is frozen: declare a new version of it.');
  process.exitCode = 1;
}
