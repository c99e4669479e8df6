const SHOWN: Readonly<Record<string, string>> = { warn: 'warning', error: 'error', fatal: 'fatal' };

/**
 * What of a service's line is shown on the terminal: warnings and worse, short, and whatever is no log line (a crash
 * before the logger). The whole line is in the service's log file.
 */
export function shownLine(service: string, line: string): string | undefined {
  if (line.trim() === '') return undefined;
  const entry = parse(line);
  if (entry === undefined) return `[${service}] ${line}`;
  const level = SHOWN[entry.level];
  if (level === undefined) return undefined;
  const message = entry.message ?? '';
  const reason = entry.err?.message ?? message;
  return `[${service}] ${level}: ${message}${reason === message ? '' : `: ${reason}`}`;
}

interface LogEntry {
  readonly level: string;
  readonly message?: string;
  readonly err?: { readonly message?: string };
}

function parse(line: string): LogEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as Partial<LogEntry>;
    return typeof entry.level === 'string' ? (entry as LogEntry) : undefined;
  } catch {
    // A line cut off by a crash: shown as it is.
    return undefined;
  }
}
