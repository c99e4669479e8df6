import { moneyToWire, type Currency } from '#libs/kernel';
import type { HoldReason } from '../domain/hold/judge-fall.ts';
import type { Manifest, Movement } from '../domain/sync/manifest.ts';
import type { Sync } from '../domain/sync/sync.ts';

/** A sync as the API shows it. */
export function syncOnWire(sync: Sync) {
  const { currency, manifest, hold } = sync;
  return {
    id: sync.syncId,
    businessDate: sync.businessDate,
    status: sync.status,
    dryRun: sync.dryRun,
    progress: progressOf(sync),
    manifest: manifest && manifestOnWire(manifest, currency),
    hold: hold && {
      reasons: hold.reasons.map((reason) => reasonOnWire(reason, currency)),
      falling: hold.falling.map((movement) => movementOnWire(movement, currency)),
    },
    ignoredColumns: sync.ignoredColumns,
    warnings: warningsOf(sync),
    error: sync.error,
  };
}

/** In bytes while the file is received (the total is 0 when its sender did not say), in rows to write from then on. */
function progressOf(sync: Sync): { stage: string; done: number; total: number } {
  if (sync.status === 'receiving') {
    return { stage: 'receiving', done: sync.bytesReceived, total: sync.bytesAnnounced ?? 0 };
  }
  return { stage: sync.status, done: sync.rowsBooked, total: sync.manifest?.accepted ?? 0 };
}

function warningsOf({ manifest, ignoredColumns }: Sync): string[] {
  const warnings: string[] = [];
  if (ignoredColumns.length > 0) warnings.push(`columns that are not read: ${ignoredColumns.join(', ')}`);
  if (manifest !== null && manifest.quarantined > 0) {
    warnings.push(
      `${manifest.quarantined} of ${manifest.rows} rows are quarantined; their videos keep their former values`,
    );
  }
  return warnings;
}

function manifestOnWire(manifest: Manifest, currency: Currency) {
  const { gmvBeforeMinor, gmvAfterMinor, unitsBefore, unitsAfter, largest, ...counts } = manifest;
  return {
    ...counts,
    gmvBefore: moneyToWire({ minor: gmvBeforeMinor, currency }),
    gmvAfter: moneyToWire({ minor: gmvAfterMinor, currency }),
    unitsBefore: Number(unitsBefore),
    unitsAfter: Number(unitsAfter),
    largest: largest.map((movement) => movementOnWire(movement, currency)),
  };
}

function movementOnWire(movement: Movement, currency: Currency) {
  const { handle, gmvBeforeMinor, gmvAfterMinor, unitsBefore, unitsAfter } = movement;
  return {
    handle,
    gmvBefore: moneyToWire({ minor: gmvBeforeMinor, currency }),
    gmvAfter: moneyToWire({ minor: gmvAfterMinor, currency }),
    gmvChange: moneyToWire({ minor: gmvAfterMinor - gmvBeforeMinor, currency }),
    unitsBefore: Number(unitsBefore),
    unitsAfter: Number(unitsAfter),
  };
}

function reasonOnWire(reason: HoldReason, currency: Currency) {
  if (reason.rule === 'creators') return reason;
  const { rule, gmvBeforeMinor, gmvAfterMinor, limitPercent } = reason;
  return {
    rule,
    gmvBefore: moneyToWire({ minor: gmvBeforeMinor, currency }),
    gmvAfter: moneyToWire({ minor: gmvAfterMinor, currency }),
    limitPercent,
  };
}
