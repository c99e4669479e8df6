/**
 * Puts specs that need a real stack together, so that a group loads Nest, TypeORM and Laurel once: loading takes longer
 * than most of these specs, and Jest does it again for each file it runs. Every spec stands in a `describe` of its own,
 * named by its path, and opens and drops its own database there.
 */
import { globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const GROUPS = join('dist', 'spec-groups');

/** Specs of twenty seconds and more, the longest first: each runs alone and early, or the other cores idle at the end. */
const LONG = [
  'backfill-processes',
  'killed-consumer',
  'crash-anywhere',
  'random-histories',
  'keys',
  'open-row',
  'process',
  'runner-faults',
];
const LARGEST_GROUP = 8;

/** One module of Jest each, numbered in the order to run them in. */
export function writeSpecGroups() {
  rmSync(GROUPS, { recursive: true, force: true });
  mkdirSync(GROUPS, { recursive: true });
  const specs = globSync('**/*.int-spec.ts', { exclude: ['**/node_modules', 'dist'] });
  const alone = LONG.map((name) => specs.filter((spec) => nameOf(spec) === name)).filter((group) => group.length > 0);
  const groups = [...alone, ...together(specs.filter((spec) => !LONG.includes(nameOf(spec))))];
  for (const [index, group] of groups.entries())
    writeFileSync(join(GROUPS, `${String(index + 1).padStart(2, '0')}-${labelOf(group)}.cjs`), moduleOf(group));
}

/** Of one folder, which load the same modules, and as alike in size as can be; the heaviest groups first. */
function together(specs) {
  const groups = [...Map.groupBy(specs, dirname).values()].flatMap((folder) => {
    const count = Math.ceil(folder.length / LARGEST_GROUP);
    const largestFirst = folder.toSorted((a, b) => bytesOf(b) - bytesOf(a));
    return Array.from({ length: count }, (_, part) => largestFirst.filter((_spec, index) => index % count === part));
  });
  const weight = (group) => group.reduce((sum, spec) => sum + bytesOf(spec), 0);
  return groups.toSorted((a, b) => weight(b) - weight(a));
}

function moduleOf(group) {
  const blocks = group.map((spec) => `describe('${spec}', () => void require('../../${spec}'));\n`);
  return `const { describe } = require('@jest/globals');\n${blocks.join('')}`;
}

function labelOf(group) {
  const [, part] = group[0].split('/');
  return group.length === 1 ? nameOf(group[0]) : part;
}

function nameOf(spec) {
  return basename(spec, '.int-spec.ts');
}

function bytesOf(spec) {
  return statSync(spec).size;
}
