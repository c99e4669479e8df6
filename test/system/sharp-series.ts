import { expect } from '@jest/globals';
import { eventually } from '#libs/testing';
import type { SampleAdjustment, SampleSeries } from '../data/samples.ts';
import type { CreatorView, Programme } from './programme.ts';

/** A tier-evaluation may die meanwhile: what was not answered is asked again, under its key. */
const PATIENCE = { timeoutMs: 60_000 };

/** Uploads the files, each expected as the sample says, and adjusts between them what the sample adjusts. */
export async function playSharpSeries(programme: Programme, series: SampleSeries): Promise<void> {
  for (const [index, file] of series.files.entries()) {
    const { id } = await programme.upload(file.businessDate, file.csv);
    const due = series.adjustments.filter((adjustment) => adjustment.after === file.businessDate);
    const sync = await programme.untilStatus(id, ...(due.length > 0 ? ['applied'] : ['published', 'applied']));
    await programme.expectSync(sync, series.expected.syncs[index]!);
    if (due.length > 0) await adjustAll(programme, due);
  }
}

/** In the sample's order, which decides what the open window is. */
async function adjustAll(programme: Programme, adjustments: readonly SampleAdjustment[]): Promise<void> {
  const creators = await eventually(() => programme.creators(), PATIENCE);
  for (const adjustment of adjustments) {
    const creator = creators.find(({ handle }) => handle === adjustment.handle) as CreatorView;
    const status = await eventually(() => adjust(programme, creator, adjustment), PATIENCE);
    expect([adjustment, status]).toEqual([adjustment, adjustment.refused ? 422 : 201]);
  }
}

async function adjust(programme: Programme, creator: CreatorView, given: SampleAdjustment) {
  const { after, handle, amount, effectiveDate } = given;
  const { status, body } = await programme.admin.request<{ code?: string }>(
    'POST',
    `/v1/creators/${creator.id}/adjustments`,
    {
      body: {
        amount: { amount: (amount / 100).toFixed(2), currency: 'USD' },
        kind: 'correction',
        reason: 'given by the sample series',
        effectiveDate,
      },
      headers: { 'idempotency-key': `${after}-${handle}-${effectiveDate}-${amount}` },
    },
  );
  return status >= 500 || body.code === 'idempotency.in_flight' ? undefined : status;
}
