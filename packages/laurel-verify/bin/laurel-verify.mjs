#!/usr/bin/env node
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { formatMinor } from '../src/currencies.mjs';
import { verifyChain, verifyStatement } from '../src/verify.mjs';

const USAGE = `laurel-verify statement.json [--chain chain.ndjson [--head <hash you noted earlier>]]

Recomputes a statement from the file alone, without a network. Prints \`valid\` and ends with 0, or what is wrong, a line
each with its JSON pointer, and ends with 1. 2: it could not be asked.`;

class UsageError extends Error {}

function request() {
  const options = { chain: { type: 'string' }, head: { type: 'string' }, help: { type: 'boolean', short: 'h' } };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) return { help: true };
    if (positionals.length !== 1) throw new UsageError('name one statement');
    if (values.head !== undefined && values.chain === undefined) throw new UsageError('--head is held against a --chain');
    if (values.head !== undefined && !/^[0-9a-f]{64}$/.test(values.head)) throw new UsageError('--head is 64 hex digits');
    return { path: positionals[0], ...values };
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function summary({ statement, chain }, latestVersion) {
  const { currency, amounts, payments } = statement;
  const money = (minor) => `${formatMinor(minor, currency.decimals)} ${currency.code}`;
  const state = payments.length === 0 ? 'not paid yet' : `paid by transaction ${payments[0].transactionId}`;
  const lines = [
    `boost ${statement.boostId}, version ${statement.version}: ${money(amounts.finalMinor)}, ${state}`,
    `calculated ${money(amounts.calculatedMinor)} from ${statement.entries.length} entries; position ${chain.position} of the chain`,
  ];
  if (latestVersion > statement.version) lines.push(`there is a later version, ${latestVersion}: this one is right, and not the last word`);
  return lines;
}

async function main() {
  const { help, path, chain, head } = request();
  if (help) return console.log(USAGE);
  const { findings, file } = verifyStatement(readFileSync(path, 'utf8'));
  let latestVersion;
  if (chain !== undefined && findings.length === 0) {
    const lines = createInterface({ input: createReadStream(chain, 'utf8'), crlfDelay: Infinity });
    const outcome = await verifyChain(lines, { file, head });
    findings.push(...outcome.findings);
    latestVersion = outcome.latestVersion;
  }
  if (findings.length === 0) return console.log(['valid', ...summary(file, latestVersion)].join('\n'));
  for (const { pointer, message } of findings) console.log(`${pointer || 'the file'}: ${message}`);
  process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError) && error.code === undefined) throw error;
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = 2;
}
