/**
 * The one way to run tests: `node infra/test/run.mjs [unit|int|system|all] [jest pattern and options]`.
 * Integration and system tests run on a real Postgres and Kafka, brought up once for the run, unless DATABASE_URL and
 * KAFKA_BROKERS name others. The last line is `N passed, N failed`; a check counts as one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeSpecGroups } from './spec-groups.mjs';

const OLDEST_NODE = 24;
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `The tests need Node ${OLDEST_NODE} or later, and this is ${process.version}: run \`npm test -- ...\`.`,
  );
  process.exit(1);
}

const SUITES = { unit: ['unit'], int: ['int'], system: ['system'], all: ['unit', 'int', 'system'] };

/** A journey keeps five services and more busy by itself: two at once on two cores take longer than one after another. */
const WORKERS = { unit: 2, int: 2, 'int groups': 2, system: 1 };

process.chdir(join(import.meta.dirname, '..', '..'));
const [first = 'all', ...others] = process.argv.slice(2);
const [suite, jestArguments] = first in SUITES ? [first, others] : ['all', [first, ...others]];
const totals = { passed: 0, failed: 0 };
const children = new Set();
let testRun;
let interrupted = false;
let testsRun = 0;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
    for (const child of children) child.kill(signal);
  });
}

try {
  if (suite === 'all' && jestArguments.length === 0) await runChecks();
  if (suite !== 'unit') await build();
  const env = suite === 'unit' ? {} : await openRun();
  for (const project of SUITES[suite]) if (!interrupted) await runJest(inGroups(project), env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  totals.failed += 1;
} finally {
  await testRun?.close();
}
if (jestArguments.length > 0 && testsRun === 0) {
  console.error(`no test matches ${jestArguments.join(' ')}`);
  totals.failed += 1;
}
if (interrupted) console.error('interrupted');
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 && !interrupted ? 0 : 1);

/** The checks end with totals of their own. */
async function runChecks() {
  const { code, output } = await run(process.execPath, ['infra/check/check.mjs'], {}, 'pipe');
  const [, passed, failed] = /^checks: (\d+) passed, (\d+) failed/m.exec(output) ?? [];
  count(passed === undefined ? oneResult(code) : { passed: Number(passed), failed: Number(failed) });
}

async function build() {
  const { code } = await run(process.execPath, ['infra/build.mjs'], {});
  count(oneResult(code));
}

async function openRun() {
  const { openTestRun } = await import('../../dist/libs/testing/src/stack/test-run.js');
  testRun = await openTestRun((line) => console.log(line));
  return testRun.env;
}

/** Whoever asks for some specs gets just those, each by itself. */
function inGroups(project) {
  if (project !== 'int' || jestArguments.length > 0) return project;
  writeSpecGroups();
  return 'int groups';
}

async function runJest(project, env) {
  console.log(`\n${project} tests`);
  await withReport(project, async (report) => {
    const jest = join('node_modules', 'jest', 'bin', 'jest.js');
    const flags = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=TimeoutNegativeWarning',
    ];
    const options = [
      '--selectProjects',
      project,
      `--maxWorkers=${WORKERS[project]}`,
      ...(jestArguments.length > 0 ? ['--passWithNoTests'] : []),
      '--json',
      `--outputFile=${report}`,
    ];
    // kafkajs and others behave otherwise when NODE_ENV says test, which is what Jest sets when nobody else has.
    const { code } = await run(process.execPath, [...flags, jest, ...options, ...jestArguments], {
      ...env,
      NODE_ENV: 'development',
    });
    count(existsSync(report) ? jestResult(JSON.parse(readFileSync(report, 'utf8')), code) : oneResult(code));
  });
}

/** A file that could not run at all has no failed test in it, and is one failure. */
function jestResult(results, code) {
  testsRun += results.numTotalTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

function oneResult(code) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function count({ passed, failed }) {
  totals.passed += passed;
  totals.failed += failed;
}

async function withReport(name, work) {
  const directory = mkdtempSync(join(tmpdir(), 'laurel-report-'));
  try {
    await work(join(directory, `${name}.json`));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @param stdout `pipe` keeps what the program says, and says it all the same */
function run(command, args, env, stdout = 'inherit') {
  return new Promise((resolve, reject) => {
    const path = `${dirname(process.execPath)}:${process.env.PATH}`;
    const child = spawn(command, args, {
      stdio: ['inherit', stdout, 'inherit'],
      env: { ...process.env, PATH: path, ...env },
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    children.add(child);
    child.once('error', reject);
    child.once('close', (code) => {
      children.delete(child);
      resolve({ code: code ?? 1, output });
    });
  });
}
