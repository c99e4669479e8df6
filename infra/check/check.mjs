/**
 * `npm run check [-- name ...]`: everything that can be known without a database. A line with its time per check, what
 * it found under it, and the count at the end.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const CACHE = 'node_modules/.cache/laurel';
const node = (...args) => args;
const treeCheck = (name) => node('--conditions=source', '--no-warnings', 'infra/check/tree-checks.ts', name);

/** The longest first, so that they run beside each other. */
const CHECKS = [
  { name: 'lint', run: node('node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0') },
  {
    name: 'format',
    run: node(
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '.',
      '--cache',
      `--cache-location=${CACHE}/prettier`,
    ),
  },
  { name: 'dead code', run: node('node_modules/knip/bin/knip.js', '--no-progress') },
  {
    name: 'boundaries',
    run: node(
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      'apps',
      'libs',
      'infra',
      'test',
      'packages',
    ),
  },
  { name: 'types', run: node('node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.json', '--noEmit') },
  { name: 'names', run: treeCheck('names') },
  { name: 'contracts', run: treeCheck('contracts') },
  { name: 'docs', run: treeCheck('docs') },
  { name: 'lockfile', run: treeCheck('lockfile') },
];

function runOne({ name, run }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, run, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(String(error))));
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${seconds.padStart(5)} s`);
      if (code !== 0) console.log(indent(Buffer.concat(output).toString()));
      resolve(code === 0);
    });
  });
}

function indent(text) {
  return text.trimEnd().replaceAll(/^/gm, '    ');
}

async function runAll(checks) {
  const queue = [...checks];
  const results = [];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await runOne(next));
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
  return results;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(', ')}; there are ${CHECKS.map((check) => check.name).join(', ')}`);
  process.exit(2);
}
const started = performance.now();
const results = await runAll(CHECKS.filter((check) => wanted.length === 0 || wanted.includes(check.name)));
const failed = results.filter((passed) => !passed).length;
const report = process.env.LAUREL_CHECK_REPORT;
if (report) writeFileSync(report, JSON.stringify({ passed: results.length - failed, failed }));
console.log(
  `checks: ${results.length - failed} passed, ${failed} failed in ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
process.exitCode = failed === 0 ? 0 : 1;
