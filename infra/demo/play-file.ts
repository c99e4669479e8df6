import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';

interface SyncView {
  readonly id: string;
  readonly status: string;
  readonly error: unknown;
  readonly progress: { readonly stage: string; readonly done: number; readonly total: number } | null;
  readonly manifest: { readonly rows: number; readonly quarantined: number; readonly newCreators: number } | null;
}

const STAGES = ['staged', 'booking', 'published', 'applied'];

/** Uploads one file, draws its way through the stages, and ends when every service has applied it. */
export async function playFile(
  admin: ApiClient,
  file: { businessDate: string; csv: Buffer; position: number; of: number },
  print: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  const { body, status } = await admin.upload<SyncView>(file.businessDate, file.csv);
  if (status >= 300) throw new Error(`${file.businessDate} was answered ${status}: ${JSON.stringify(body)}`);
  let sync = body;
  while (sync.status !== 'applied') {
    sync = await admin.get<SyncView>(`/v1/syncs/${sync.id}`);
    if (['failed', 'held', 'discarded'].includes(sync.status)) {
      throw new Error(`${file.businessDate} is ${sync.status}: ${JSON.stringify(sync.error)}`);
    }
    redraw(`${title(file)} ${bar(sync.status)} ${sync.status}`);
    await sleep(40);
  }
  const seconds = (performance.now() - started) / 1000;
  const { rows, quarantined, newCreators } = sync.manifest ?? { rows: 0, quarantined: 0, newCreators: 0 };
  redraw('');
  print(
    `${title(file)} ${bar(sync.status)} ${pad(rows)} rows, ${pad(Math.round(rows / seconds))} rows/s to the last service, ` +
      `${newCreators} new creators, ${quarantined} quarantined`,
  );
}

function title(file: { businessDate: string; position: number; of: number }): string {
  return `file ${String(file.position).padStart(2)}/${file.of}  ${file.businessDate}`;
}

function bar(status: string): string {
  const reached = STAGES.indexOf(status) + 1;
  return STAGES.map((_, index) => (index < reached ? '█████' : '░░░░░')).join('');
}

function pad(value: number): string {
  return value.toLocaleString('en-US').padStart(6);
}

/** On a terminal the line is drawn over; in a log only finished files are printed. */
function redraw(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K${line}`);
}
