import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { currentContracts, FROZEN_FOLDER, frozenPath } from '../generate/contract-files.ts';
import { generatedDocs } from '../generate/generated-files.ts';
import { brokenDocuments } from './doc-links.ts';
import { describeFault, type Fault } from './fault.ts';
import { missingAppFiles, pathFaults } from './file-names.ts';
import { contractFaults, type FrozenContract } from './frozen-contracts.ts';
import { unlockedDependencies, type LockFile } from './lock-file.ts';

/** The checks that read the tree itself: `node --conditions=source infra/check/tree-checks.ts <name>`. */
const CHECKS: Readonly<Record<string, () => Fault[]>> = {
  names: () => {
    const paths = trackedPaths();
    return [...pathFaults(paths), ...missingAppFiles(paths)];
  },
  contracts: () => [...changedContracts(), ...unfrozenContracts()],
  lockfile: () => unlockedDependencies(JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile),
  docs: () => [...staleDocs(), ...brokenDocuments()],
};

function changedContracts(): Fault[] {
  const current = currentContracts();
  return globSync(`${FROZEN_FOLDER}/*.json`)
    .toSorted()
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as FrozenContract)
    .flatMap((frozen) => contractFaults(frozen, current.get(frozen.type)));
}

/** A new event, or a new optional field of one, is released by freezing it. */
function unfrozenContracts(): Fault[] {
  return [...currentContracts()]
    .filter(([type, contract]) => {
      const path = frozenPath(type);
      return !existsSync(path) || readFileSync(path, 'utf8') !== `${JSON.stringify(contract, null, 2)}\n`;
    })
    .map(([type]) => stale(frozenPath(type)));
}

function staleDocs(): Fault[] {
  return [...generatedDocs()]
    .filter(([path, content]) => !existsSync(path) || readFileSync(path, 'utf8') !== content)
    .map(([path]) => stale(path));
}

function stale(path: string): Fault {
  return { rule: 'generated-files-are-current', place: path, message: 'is not what the code says: npm run generate' };
}

/** What is in git or would be: new files count, ignored and deleted ones do not. */
function trackedPaths(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed.split('\0').filter((path) => path !== '' && existsSync(path));
}

const check = CHECKS[process.argv[2] ?? ''];
if (check === undefined) throw new Error(`one of ${Object.keys(CHECKS).join(', ')}`);
const faults = check();
for (const fault of faults) console.log(describeFault(fault));
process.exitCode = faults.length === 0 ? 0 : 1;
