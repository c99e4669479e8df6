import type { ClientId, CreatorId } from '#libs/kernel';
import { sql } from '#libs/persistence';
import { BEGINNING, type KeysReport, type RotateKeys, type Rotated, type Vault } from '#libs/secrets';
import { aCreatorId } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, aMasterKey, openSecretsWorld, ringOf, type SecretsWorld } from './secrets-world.ts';

const [old, fresh] = [aMasterKey('2025'), aMasterKey('2026')];

let world: SecretsWorld;
beforeAll(async () => {
  world = await openSecretsWorld();
});
afterAll(() => world.testDatabase.drop());

interface Kept {
  readonly clientId: ClientId;
  readonly creatorId: CreatorId;
  readonly text: string;
  readonly sealed: Buffer;
}

async function keep(vault: Vault, clientId: ClientId, creators: readonly CreatorId[]): Promise<Kept[]> {
  const secrets = creators.map((creatorId) => ({ place: addressOf(creatorId), text: `of ${creatorId}` }));
  const sealed = await world.inTenant(clientId, (tx) => vault.sealAll(secrets, tx));
  return secrets.map(({ place, text }, index) => ({
    ...{ clientId, creatorId: place.creatorId, text },
    sealed: sealed[index] ?? Buffer.alloc(0),
  }));
}

async function openable(vault: Vault, kept: readonly Kept[]): Promise<number> {
  let opened = 0;
  for (const [clientId, some] of Map.groupBy(kept, (value) => value.clientId)) {
    const values = some.map(({ creatorId, sealed }) => ({ place: addressOf(creatorId), sealed }));
    const openings = await world.inTenant(clientId, (tx) => vault.openAll(values, tx));
    opened += openings.filter((opening, at) => opening.kind === 'opened' && opening.text === some[at]?.text).length;
  }
  return opened;
}

const many = (count: number) => Array.from({ length: count }, () => aCreatorId());
const inUse = ({ masterKeys }: KeysReport) => Object.fromEntries(masterKeys.map(({ id, dataKeys }) => [id, dataKeys]));

/** Call after call, each with hardly any time, as an operator's command does. */
async function toTheEnd(rotateKeys: RotateKeys): Promise<Rotated & { calls: number }> {
  const sums = { rewrapped: 0, broken: 0, calls: 0 };
  let next: Rotated['next'] = BEGINNING;
  while (next !== undefined) {
    const part: Rotated = await rotateKeys.execute(next, 1);
    sums.rewrapped += part.rewrapped;
    sums.broken += part.broken;
    sums.calls += 1;
    next = part.next;
  }
  return { ...sums, next };
}

describe('rotating master keys', () => {
  it('wraps every data key of every client anew while others seal, open and destroy; then the old key can go', async () => {
    const before = world.process(ringOf(old));
    const clients = [await world.client(), await world.client(), await world.client()] as const;
    const kept = await Promise.all(clients.map((clientId) => keep(before.vault, clientId, many(2_500))));
    const during = world.process(ringOf(fresh, old));
    expect(inUse(await during.rotateKeys.report())).toEqual({ '2026': 0, '2025': 7_500 });

    const late: Kept[] = [];
    let through = false;
    const rotating = toTheEnd(during.rotateKeys).finally(() => (through = true));
    const doomed = kept[1]?.slice(0, 50) ?? [];
    const destroying = world.inTenant(clients[1], (tx) =>
      before.vault.destroyKeys(
        doomed.map(({ creatorId }) => creatorId),
        tx,
      ),
    );
    let rounds = 0;
    do {
      // One process has heard of the new key and the other has not.
      for (const { vault } of [before, during]) late.push(...(await keep(vault, clients[0], many(5))));
      const known = kept[0]?.slice(rounds * 20, rounds * 20 + 20) ?? [];
      late.push(
        ...(await keep(
          during.vault,
          clients[0],
          known.map(({ creatorId }) => creatorId),
        )),
      );
      expect(await openable(during.vault, known)).toBe(known.length);
      rounds += 1;
    } while (!through);
    const done = await rotating;
    expect(await destroying).toBe(50);
    expect(done).toMatchObject({ broken: 0, next: undefined });
    expect(done.calls).toBeGreaterThan(7);
    expect(rounds).toBeGreaterThan(1);

    // What the process without the new key has made since.
    await toTheEnd(during.rotateKeys);
    expect((await toTheEnd(during.rotateKeys)).rewrapped).toBe(0);
    expect(inUse(await during.rotateKeys.report())['2025']).toBe(0);
    const after = world.process(ringOf(fresh));
    const alive = [...kept.flat().filter((value) => !doomed.includes(value)), ...late];
    expect(await openable(after.vault, alive)).toBe(alive.length);
    expect(await openable(after.vault, doomed)).toBe(0);
  });

  it('tells keys that do not open and leaves them as they are, and the rest is wrapped', async () => {
    const clientId = await world.client();
    const [broken, ...sound] = await keep(world.process(ringOf(old)).vault, clientId, many(5));
    const wrapped = () =>
      world.testDatabase.asAdmin((tx) =>
        tx.one(sql`SELECT wrapped, master_key_id FROM redemption.data_key WHERE creator_id = ${broken?.creatorId}`),
      );
    await world.testDatabase.asAdmin((tx) =>
      tx.execute(sql`
        UPDATE redemption.data_key SET wrapped = substr(wrapped, 1, 40) WHERE creator_id = ${broken?.creatorId}`),
    );
    const before = await wrapped();
    const alerts = await world.alerts('data_key');
    expect(await toTheEnd(world.process(ringOf(fresh, old)).rotateKeys)).toMatchObject({ rewrapped: 4, broken: 1 });
    expect((await world.alerts('data_key')) - alerts).toBe(1);
    expect(await wrapped()).toEqual(before);
    expect(await openable(world.process(ringOf(fresh)).vault, sound)).toBe(4);
  });

  it('by several at once wraps each key once', async () => {
    const clientId = await world.client();
    await toTheEnd(world.process(ringOf(fresh, old)).rotateKeys);
    const kept = await keep(world.process(ringOf(old)).vault, clientId, many(2_000));
    const rotations = [1, 2, 3].map(() => toTheEnd(world.process(ringOf(fresh, old)).rotateKeys));
    const done = await Promise.all(rotations);
    expect(done.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(2_000);
    expect(await openable(world.process(ringOf(fresh)).vault, kept)).toBe(2_000);
  });

  it('shows no other tenant’s keys to a process', async () => {
    const [mine, theirs] = [await world.client(), await world.client()];
    await keep(world.process(ringOf(fresh)).vault, theirs, many(3));
    expect(await world.inTenant(mine, (tx) => tx.many(sql`SELECT FROM redemption.data_key`))).toEqual([]);
  });
});
