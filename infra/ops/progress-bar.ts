export interface WatchedBackfill {
  readonly id: string;
  readonly status: string;
  readonly expected: number;
  readonly eligible: number;
  readonly percent: number;
  readonly rowsPerSecond: number | null;
  readonly etaSeconds: number | null;
  readonly throttledBy: string | null;
  readonly failure: string | null;
  readonly certificate: Certificate | null;
}

interface Certificate {
  readonly eligible: number;
  readonly created: number;
  readonly broughtBack: number;
  readonly alreadyOpen: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly hidden: number;
  readonly missing: number;
  readonly stale: number;
  readonly digest: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly rowsPerSecond: number | null;
}

const WIDTH = 30;

/** One line: how far it is, how fast, how long it will take, and what holds it back. */
export function barOf(job: WatchedBackfill): string {
  const full = Math.round((Math.min(100, job.percent) / 100) * WIDTH);
  const parts = [
    `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${job.percent.toFixed(1).padStart(5)} %`,
    `${counted(job.eligible)} of ${counted(job.expected)}`,
    job.rowsPerSecond === null ? undefined : `${counted(job.rowsPerSecond)}/s`,
    job.etaSeconds === null ? undefined : `${clock(job.etaSeconds)} left`,
    job.status,
    job.throttledBy === null ? undefined : `held back by ${job.throttledBy}`,
  ];
  return parts.filter((part) => part !== undefined).join('  ');
}

export function certificateLines(job: WatchedBackfill): string[] {
  const { certificate } = job;
  const failure = job.failure === null ? [] : [job.failure];
  if (certificate === null) return failure;
  const excluded = Object.entries(certificate.excluded).map(([reason, creators]) => `${counted(creators)} ${reason}`);
  const { eligible, created, broughtBack, alreadyOpen } = certificate;
  return [
    `${counted(eligible)} creators = ${counted(created)} created + ${counted(broughtBack)} brought back + ` +
      `${counted(alreadyOpen)} already open + ${excluded.length === 0 ? '0' : excluded.join(' + ')} excluded`,
    `${counted(certificate.hidden)} hidden, ${certificate.missing} missing, ${certificate.stale} stale`,
    `from ${certificate.startedAt} to ${certificate.endedAt}, ${counted(certificate.rowsPerSecond ?? 0)} rows a second`,
    `digest ${certificate.digest ?? 'none'}`,
    ...failure,
  ];
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

function clock(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  return `${minutes}:${String(rest).padStart(2, '0')}`;
}
