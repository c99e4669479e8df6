import { createServer, type AddressInfo } from 'node:net';
import { StartupError } from './startup-error.ts';

export interface PortClaim {
  readonly port: number;
  /** Who wants it, for people: `Postgres`. */
  readonly owner: string;
  /** The variable that moves it: `LAUREL_PG_PORT`. */
  readonly variable: string;
}

/** @throws StartupError that names every port that another program holds, and the variable that moves it. */
export async function assertPortsFree(claims: readonly PortClaim[]): Promise<void> {
  const taken: PortClaim[] = [];
  for (const claim of claims) if (!(await isFree(claim.port))) taken.push(claim);
  if (taken.length === 0) return;
  const faults = taken.map(
    ({ port, owner, variable }) => `port ${port}, wanted by ${owner}, is taken by another program: set ${variable}`,
  );
  throw new StartupError(faults.join('\n'));
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Two neighbouring ports; Kafka's controller listens beside its broker. @returns the lower one */
export async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = await freePort();
    if (port < 65_535 && (await isFree(port + 1))) return port;
  }
  throw new StartupError('no two neighbouring ports are free');
}

export function portFrom(env: NodeJS.ProcessEnv, variable: string, standard: number): number {
  const text = env[variable] || String(standard);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_534) throw new StartupError(`${variable} is no port: ${text}`);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    throw error;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address() as AddressInfo;
      server.close(() => resolve(address.port));
    });
  });
}
