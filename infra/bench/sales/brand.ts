import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { PROGRAM } from '../../demo/demo-offer.ts';
import type { BenchStack } from '../bench-stack.ts';

const FIRST_BUSINESS_DATE = Date.UTC(2026, 5, 1);
const LOOK_EVERY_MS = 50;
const ON_THE_WAY: ReadonlySet<string> = new Set(['receiving', 'staged', 'booking', 'published']);

/** The comparison of tonight counts as made: it would begin at any moment of a bench. */
const compared = (schema: string): string => `
  INSERT INTO ${schema}.reconciliation_run (client_id, number, night, status, finished_at)
  VALUES ($1, 1, (now() AT TIME ZONE 'UTC' - interval '3 hours')::date, 'done', now()) ON CONFLICT DO NOTHING`;

/** A client with a program, that uploads a file a day. */
export class Brand {
  readonly clientId: string;
  readonly #stack: BenchStack;
  #days = 0;

  private constructor(stack: BenchStack, clientId: string) {
    this.#stack = stack;
    this.clientId = clientId;
  }

  static async create(stack: BenchStack): Promise<Brand> {
    const operator = await stack.api({ role: 'operator' });
    const slug = `bench-${randomUUID()}`;
    const { id } = await operator.post<{ id: string }>('/v1/clients', { name: 'Bench', slug });
    const admin = await stack.api({ role: 'admin', clientId: id });
    await admin.put('/v1/program', PROGRAM);
    for (const schema of ['ingestion', 'tier_evaluation']) await stack.pool.query(compared(schema), [id]);
    return new Brand(stack, id);
  }

  /** Uploads the file through the gateway, as it lies on disk. @returns the sync's id, once it is received */
  async upload(path: string): Promise<string> {
    const businessDate = new Date(FIRST_BUSINESS_DATE + this.#days++ * 86_400_000).toISOString().slice(0, 10);
    const token = await this.#stack.token({ role: 'admin', clientId: this.clientId });
    const sent = request(`${this.#stack.processOf('gateway').url}/v1/syncs?businessDate=${businessDate}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'text/csv',
        'content-length': statSync(path).size,
      },
    });
    const answered = new Promise<string>((resolve, reject) => {
      sent.once('error', reject);
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () => {
          if (response.statusCode === 202) resolve((JSON.parse(text) as { id: string }).id);
          else reject(new Error(`the upload was answered with ${response.statusCode}: ${text.slice(0, 600)}`));
        });
      });
    });
    await pipeline(createReadStream(path, { highWaterMark: 262_144 }), sent);
    return answered;
  }

  /** Resolves when the last chunk is booked: all events of the sync are in the outbox. */
  untilBooked(syncId: string): Promise<void> {
    return this.#untilIn(['published', 'applied'], syncId);
  }

  /** Resolves when nothing is left to be done anywhere. Asking the services all the while would be work of its own. */
  async untilSettled(syncId: string): Promise<void> {
    await this.#untilIn(['applied'], syncId);
    await this.#stack.untilSettled();
  }

  async #untilIn(wanted: readonly string[], syncId: string): Promise<void> {
    for (;;) {
      const { rows } = await this.#stack.pool.query<{ status: string; error: unknown; hold: unknown }>(
        'SELECT status, error, hold FROM ingestion.sync WHERE client_id = $1 AND sync_id = $2',
        [this.clientId, syncId],
      );
      const { status, error, hold } = rows[0] ?? { status: 'missing', error: null, hold: null };
      if (wanted.includes(status)) return;
      if (!ON_THE_WAY.has(status)) throw new Error(`sync ${syncId} is ${status}: ${JSON.stringify(error ?? hold)}`);
      await pause(LOOK_EVERY_MS);
    }
  }
}
