import { pino, type DestinationStream, type Logger } from 'pino';
import { currentNotes } from './request-context.ts';

/**
 * The only members a log line may have. Bodies, query values, tokens, handles, names and accounts are not among them,
 * and a member that somebody adds in passing is dropped: to log something new, put it here and think.
 */
export const LOGGED_MEMBERS: ReadonlySet<string> = new Set([
  'service', 'context', 'traceId', 'clientId', 'method', 'route', 'status', 'durationMs', 'err', 'code',
  'host', 'port', 'roles', 'signal', 'url',
  'reconciler', 'consumer', 'topic', 'partition', 'offset', 'eventId', 'eventType', 'group', 'shard', 'epoch', 'lag',
  'attempt', 'backoffMs', 'count', 'rows', 'parkedId', 'reason', 'aggregateId', 'syncId', 'sequence', 'businessDate',
  'creatorId', 'rewardId', 'redemptionId', 'boostId', 'backfillId', 'stage', 'upstream', 'kind',
]); // prettier-ignore

/** JSON lines on stdout. Every line tells the service, and in a request its trace and its client. */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    mixin: () => currentNotes(),
    serializers: { err: serializeError },
    formatters: { level: (label: string) => ({ level: label }), log: allowed },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function allowed(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => LOGGED_MEMBERS.has(name)));
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Never the whole error: Postgres puts row values into `detail`, undici the request into its errors. */
function serializeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}
