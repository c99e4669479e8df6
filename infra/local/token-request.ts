import { parseArgs } from 'node:util';
import type { TokenRequest } from './development-keys.ts';
import { StartupError } from './startup-error.ts';

const USAGE = 'npm run --silent token -- --role operator|admin|creator [--client <clientId>] [--sub <id>]...';

/** What the command line asks for: one token, or one for each `--sub`, in that order. */
export function tokenRequests(args: readonly string[]): TokenRequest[] {
  const { role, client, sub } = options(args);
  if (role !== 'operator' && role !== 'admin' && role !== 'creator')
    throw usage('--role must be operator, admin or creator');
  if (role !== 'operator' && client === undefined) throw usage(`a token of role ${role} needs --client`);
  if (role === 'operator' && client !== undefined) throw usage('an operator belongs to no client');
  if (role === 'creator' && sub === undefined) throw usage('a token of role creator needs --sub, the creator’s id');
  const common: TokenRequest = { role, ...(client === undefined ? {} : { clientId: client }) };
  return sub === undefined ? [common] : sub.map((subject) => ({ ...common, sub: subject }));
}

function options(args: readonly string[]) {
  try {
    const known = {
      role: { type: 'string' },
      client: { type: 'string' },
      sub: { type: 'string', multiple: true },
    } as const;
    return parseArgs({ args: [...args], options: known }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(fault: string): StartupError {
  return new StartupError(`${fault}\n${USAGE}`);
}
