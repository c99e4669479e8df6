import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext, Sample } from '../bench-row.ts';
import type { BenchStack } from '../bench-stack.ts';
import { peakMbOf, resetPeak } from '../peak-memory.ts';
import { Brand } from './brand.ts';
import { cleanPath, writeSalesFile, type SalesFile } from './sales-file.ts';
import { SalesLimit } from './sales-limit.ts';

export const FULL_ROWS = 1_000_000;
const VIDEOS_A_CREATOR = 10;

export type SentFile = Pick<SalesFile, 'risen' | 'first'>;

/** A timed upload. */
export interface Upload {
  readonly seconds: number;
  readonly peakMb: number | null;
}

/** The brands of a stack's benches, and the limit's tables: whatever is booked for a brand is booked in both. */
export class SalesWorld {
  static readonly #worlds = new WeakMap<BenchStack, Promise<SalesWorld>>();
  readonly #context: BenchContext;
  readonly #limit: SalesLimit;
  readonly #spare: Brand[] = [];
  #loaded: Promise<Brand> | undefined;

  private constructor(context: BenchContext, limit: SalesLimit) {
    this.#context = context;
    this.#limit = limit;
  }

  static of(context: BenchContext): Promise<SalesWorld> {
    const { stack } = context;
    const world =
      this.#worlds.get(stack) ?? SalesLimit.create(stack.pool).then((limit) => new SalesWorld(context, limit));
    this.#worlds.set(stack, world);
    return world;
  }

  get rows(): number {
    return this.#context.scale(FULL_ROWS);
  }

  /** Makes brands that `take` will give away; their programs are known everywhere once the stack has settled. */
  async prepare(brands: number): Promise<void> {
    for (let made = 0; made < brands; made += 1) this.#spare.push(await Brand.create(this.#context.stack));
    await this.#context.stack.untilSettled();
  }

  take(): Brand {
    const brand = this.#spare.pop();
    if (brand === undefined) throw new Error('no brand was prepared for this row');
    return brand;
  }

  /** A brand whose videos are all booked, once, in both worlds: the same for all rows that change it. */
  loaded(): Promise<Brand> {
    this.#loaded ??= (async () => {
      const brand = this.take();
      await this.measure(brand, { first: 0, risen: () => 0 });
      return brand;
    })();
    return this.#loaded;
  }

  /** Books a file of a brand: the limit first, then ourselves. */
  async measure(brand: Brand, sent: SentFile): Promise<Sample> {
    const file = await this.write(sent);
    const limitSeconds = await this.book(brand, file);
    const { seconds, peakMb } = await this.upload(brand, file);
    this.discard(file);
    return { rows: this.rows, seconds, limitSeconds, peakMb };
  }

  async write(sent: SentFile): Promise<SalesFile> {
    const path = join(this.#context.stack.directory, 'sales.csv');
    const file = { ...sent, path, rows: this.rows, creators: Math.ceil(this.rows / VIDEOS_A_CREATOR) };
    await writeSalesFile(file);
    return file;
  }

  discard(file: SalesFile): void {
    rmSync(file.path);
    rmSync(cleanPath(file));
  }

  async book(brand: Brand, file: SalesFile): Promise<number> {
    await this.#rest();
    return this.#limit.book(brand.clientId, cleanPath(file));
  }

  async upload(
    brand: Brand,
    { path }: SalesFile,
    done: (syncId: string) => Promise<void> = (syncId) => brand.untilBooked(syncId),
  ): Promise<Upload> {
    const { pid } = this.#context.stack.processOf('ingestion');
    await this.#rest();
    resetPeak(pid);
    const begun = performance.now();
    await done(await brand.upload(path));
    return { seconds: (performance.now() - begun) / 1000, peakMb: peakMbOf(pid) };
  }

  /** What the last one has left to be written and tidied up is not the next one's to pay. */
  async #rest(): Promise<void> {
    const { pool } = this.#context.stack;
    await pool.query('VACUUM (ANALYZE, SKIP_LOCKED)');
    await pool.query('CHECKPOINT');
  }
}
