import { sql } from '#libs/persistence';
import type { ServiceUnderTest } from '../service-under-test.ts';

/** How many of the service's connections wait for a lock that another one holds. */
export function waitingForLocks(service: ServiceUnderTest): Promise<number> {
  return service.testDatabase.asAdmin(async (tx) => {
    const { waiting } = await tx.one<{ waiting: number }>(sql`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    return waiting;
  });
}
