import { randomBytes } from 'node:crypto';
import type { ClientId, CreatorId } from '#libs/kernel';
import { sql, type Database } from '#libs/persistence';
import {
  DataKeyStore,
  KeyRing,
  RotateKeys,
  SealAlerts,
  Vault,
  type KeyProvider,
  type MasterKey,
  type SealedPlace,
} from '#libs/secrets';
import { Metrics } from '#libs/service-kit';
import { aClientId, createTestDatabase } from '#libs/testing';

export const aMasterKey = (id: string): MasterKey => ({ id, key: randomBytes(32) });
export const ringOf = (...keys: MasterKey[]): KeyRing => new KeyRing({ keys, file: undefined });

export const addressOf = (creatorId: CreatorId, row = 1): SealedPlace => ({ creatorId, field: `gift.address/${row}` });

/** The keys and values of redemption's schema, as processes with these or those master keys see them. */
export async function openSecretsWorld() {
  const testDatabase = await createTestDatabase('redemption');
  const database = testDatabase.database('redemption');
  const metrics = new Metrics('redemption');
  const alerts = new SealAlerts(metrics);
  const store = new DataKeyStore('redemption');
  const inTenant: Database['inTenant'] = (clientId, work, options) => database.inTenant(clientId, work, options);
  return {
    testDatabase,
    database,
    inTenant,
    process: (keys: KeyProvider) => ({
      vault: new Vault(store, keys, alerts),
      rotateKeys: new RotateKeys(database, { store, provider: keys, alerts }),
    }),
    client: async (): Promise<ClientId> => {
      const clientId = aClientId();
      await inTenant(clientId, (tx) => tx.execute(sql`INSERT INTO redemption.tenant VALUES (${clientId})`));
      return clientId;
    },
    alerts: async (field: string): Promise<number> => {
      const text = await metrics.registry.getSingleMetricAsString('laurel_sealed_values_broken_total');
      return Number(new RegExp(`field="${field}".*} (\\d+)`).exec(text)?.[1] ?? 0);
    },
  };
}

export type SecretsWorld = Awaited<ReturnType<typeof openSecretsWorld>>;
