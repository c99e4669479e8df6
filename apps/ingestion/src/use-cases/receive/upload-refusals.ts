import { LaurelError } from '#libs/contracts';
import type { CalendarDate } from '#libs/kernel';
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

export function outOfOrder(businessDate: CalendarDate, latest: Sync | undefined): LaurelError {
  const after = latest === undefined ? '' : `, the latest accepted one is ${latest.businessDate}`;
  return new LaurelError('sync.out_of_order', `business date ${businessDate} is over${after}`, {
    extra: latest === undefined ? {} : { latestBusinessDate: latest.businessDate },
  });
}
