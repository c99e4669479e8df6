import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql, trustedSql } from '#libs/persistence';
import { aCreatorId } from '#libs/testing';
import type { NewAlert } from '../src/domain/alert/alert.ts';
import { ClientWorld, openBoostWorld, refusalOf, type BoostWorld } from './boost-world.ts';

const RAISED = 'laurel.alert.raised.v1';

let world: BoostWorld;
let client: ClientWorld;

beforeAll(async () => {
  world = await openBoostWorld();
});
afterAll(() => world.testDatabase.drop());
beforeEach(() => {
  client = new ClientWorld(world);
});

const anAlert = (alert: Partial<NewAlert> = {}): NewAlert => ({
  kind: 'account_shared',
  creatorId: aCreatorId(),
  boostId: null,
  subject: 'one account',
  facts: { creators: 2 },
  ...alert,
});

const raise = (alert: NewAlert) =>
  client.inLane(alert.creatorId, (tx) => world.raiseAlerts.execute([alert, alert], tx));

describe('an alert', () => {
  it('is told once per kind and subject, with an event', async () => {
    const alert = anAlert();
    await raise(alert);
    await raise({ ...alert, facts: { creators: 3 } });
    const [told, ...others] = await client.announced(RAISED);
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      version: 1,
      data: { kind: 'account_shared', creatorId: alert.creatorId, boostId: null, facts: { creators: 2 } },
    });
    await raise({ ...alert, subject: 'another account' });
    await raise({ ...alert, kind: 'seal_broken' });
    expect(await client.announced(RAISED)).toHaveLength(3);
  });

  it('is another client’s too, if that has the same', async () => {
    const alert = anAlert();
    await raise(alert);
    client = new ClientWorld(world);
    await raise(alert);
    expect(await client.announced(RAISED)).toHaveLength(1);
  });

  it('is not told without the lane of its creator', async () => {
    const raised = world.database.inTenant(client.clientId, (tx) => world.raiseAlerts.execute([anAlert()], tx));
    expect(await refusalOf(raised)).toMatch(/lane \d+ of laurel.alert.raised.v1 is not locked/);
  });

  it('of a boost that is not the client’s is refused', async () => {
    const creatorId = aCreatorId();
    const { id } = await client.claim({ creatorId, scheduledDate: '2026-01-06' });
    client = new ClientWorld(world);
    expect(await refusalOf(raise(anAlert({ creatorId, boostId: id })))).toMatch(/foreign key/);
  });

  it.each(['UPDATE commission_boost.alert SET facts = facts', 'DELETE FROM commission_boost.alert'])(
    'stays as it was told: no right to %s',
    async (statement) => {
      await raise(anAlert());
      const tried = world.database.inTenant(client.clientId, (tx) => tx.execute(sql`${trustedSql(statement)}`));
      expect(await refusalOf(tried)).toMatch(/permission denied/);
    },
  );
});
