import { dataDirectory } from '../local/data-directory.ts';
import { developmentToken } from '../local/development-keys.ts';
import { StartupError } from '../local/startup-error.ts';
import { parseCommandLine, UsageError } from './command-line.ts';
import type { Command } from './command.ts';
import { backfill } from './commands/backfill.ts';
import { demo } from './commands/demo.ts';
import { findings } from './commands/findings.ts';
import { keys } from './commands/keys.ts';
import { rebuild } from './commands/rebuild.ts';
import { reconcile } from './commands/reconcile.ts';
import { verify } from './commands/verify.ts';
import { GatewayClient, GatewayError } from './gateway-client.ts';
import { Terminal } from './terminal.ts';

/** A command is a file and a line here. */
const COMMANDS: readonly Command[] = [reconcile, findings, rebuild, backfill, verify, keys, demo];

async function main(args: readonly string[]): Promise<number> {
  const { command, subjects, options, ...common } = parseCommandLine(COMMANDS, args);
  const env = process.env;
  const url = common.url ?? env['LAUREL_URL'] ?? `http://127.0.0.1:${env['GATEWAY_PORT'] ?? 3000}`;
  const token = common.token ?? env['LAUREL_TOKEN'] ?? (await localToken());
  const terminal = new Terminal(process.stdout);
  const print = (line: string) => terminal.print(line);
  const show = (line: string) => terminal.show(line);
  return command.run({ subjects, options, gateway: new GatewayClient(url, token), print, show });
}

function localToken(): Promise<string> {
  return developmentToken(dataDirectory().path, { role: 'operator' });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    (error.exitCode === 0 ? console.log : console.error)(error.message);
    process.exitCode = error.exitCode;
  } else {
    console.error(error instanceof GatewayError || error instanceof StartupError ? error.message : error);
    process.exitCode = 2;
  }
}
