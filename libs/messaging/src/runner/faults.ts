import { printable } from '../envelope/printable.ts';
import { RetryLater } from './retry-later.errors.ts';

/**
 * What a failure says about the event in hand.
 * - `infrastructure`: nothing; the same will work later. Retried without end, nothing is parked.
 * - `too-slow`: the database ended the transaction for its length. Fewer events at a time may pass.
 * - `poison`: the handler can not take it. Split, tried three times, parked.
 */
export type Fault = 'infrastructure' | 'too-slow' | 'poison';

/** Connection exceptions, serialization, deadlock, lock timeout, shutdown, resources, I/O, read-only standby. */
const INFRASTRUCTURE_STATE = /^(08...|40001|40P01|55P03|57P0.|53...|58...|25006)$/;
/** transaction_timeout, idle_in_transaction_session_timeout, statement_timeout. */
const TOO_SLOW_STATE = /^(25P04|25P03|57014)$/;
const NETWORK_CODE = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET)/;
/** pg and its pool tell a lost connection in words only. */
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|Query read timeout|Driver not Connected)/i;
const MISSING_PARTITION = /^no partition of relation/;

export function faultOf(error: unknown): Fault {
  const chain = [...causes(error)];
  if (chain.some((link) => link instanceof RetryLater)) return 'infrastructure';
  if (chain.some((link) => TOO_SLOW_STATE.test(codeOf(link)))) return 'too-slow';
  return chain.some(isInfrastructure) ? 'infrastructure' : 'poison';
}

/** One line for logs and for the reason of a parked key. */
export function describeError(error: unknown): string {
  return printable(isError(error) ? `${error.name}: ${error.message}` : String(error));
}

function isInfrastructure(error: Error): boolean {
  const code = codeOf(error);
  return (
    INFRASTRUCTURE_STATE.test(code) ||
    NETWORK_CODE.test(code) ||
    error.name.startsWith('KafkaJS') ||
    LOST_CONNECTION.test(error.message) ||
    (code === '23514' && MISSING_PARTITION.test(error.message))
  );
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** The error, what it wraps (TypeORM's `driverError`) and what caused it; a rollback that failed hangs on as a cause. */
function* causes(error: unknown): Generator<Error> {
  const seen = new Set<unknown>([undefined, null]);
  const open: unknown[] = [error];
  while (open.length > 0) {
    const link = open.pop();
    if (seen.has(link) || !isError(link)) continue;
    seen.add(link);
    yield link;
    open.push(link.cause, (link as { driverError?: unknown }).driverError);
  }
}

/** By shape: an error of another realm is no `instanceof` ours. */
function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && 'name' in value;
}
