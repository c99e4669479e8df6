import { LaurelError } from '#libs/contracts';
import { addMonths, toCalendarDate, type CalendarDate } from '#libs/kernel';
import type { Sync } from '../../domain/sync/sync.ts';

export function inProgress(open: Sync): LaurelError {
  const extra = { syncId: open.syncId, status: open.status };
  const location = `/v1/syncs/${open.syncId}`;
  if (open.status === 'held') {
    return new LaurelError('sync.held', `sync ${open.syncId} is held until an admin approves or discards it`, {
      extra,
      headers: { Location: location },
    });
  }
  return new LaurelError('sync.in_progress', `sync ${open.syncId} of this client is not published yet`, {
    extra,
    headers: { 'Retry-After': '1', Location: location },
  });
}

/** Business time may run ahead of the real time, but a date beyond any programme is a slip: no later file could follow it. */
const YEARS_AHEAD = 10;

/** @throws LaurelError validation_failed for a business date that no client can mean */
export function refuseDistant(businessDate: CalendarDate, now: Date): void {
  const today = toCalendarDate(now.toISOString().slice(0, 10));
  const last = addMonths(today, YEARS_AHEAD * 12);
  if (businessDate <= last) return;
  const message = `businessDate is ${last} at the latest, ${YEARS_AHEAD} years from today`;
  throw new LaurelError('validation_failed', message, {
    faults: [{ pointer: 'businessDate', code: 'too_late', message }],
  });
}

export function outOfOrder(businessDate: CalendarDate, latest: Sync | undefined): LaurelError {
  const after = latest === undefined ? '' : `, the latest accepted one is ${latest.businessDate}`;
  return new LaurelError('sync.out_of_order', `business date ${businessDate} is over${after}`, {
    extra: latest === undefined ? {} : { latestBusinessDate: latest.businessDate },
  });
}
