import { SERVICES, type StatefulServiceName } from '#libs/contracts';
import { Database } from '#libs/persistence';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataKeyStore } from './data-keys/data-key-store.ts';
import { Erasures } from './erasure/erasures.ts';
import { Fingerprints } from './fingerprints/fingerprints.ts';
import type { KeyProvider } from './keys/key-provider.ts';
import { KEEPER, KeysController } from './rotation/keys.controller.ts';
import { RotateKeys } from './rotation/rotate-keys.ts';
import { SealAlerts } from './sealing/seal-alerts.ts';
import { Vault } from './sealing/vault.ts';

export interface SecretsOptions {
  readonly service: StatefulServiceName;
  readonly keys: KeyProvider;
}

/** Gives a service that keeps secrets its `Vault`, `Fingerprints` and `Erasures`, and an operator the rotation of its master keys. */
@Global()
@Module({})
export class SecretsModule {
  static forRoot(options: SecretsOptions): DynamicModule {
    return {
      module: SecretsModule,
      controllers: [KeysController],
      providers: [...secretsProviders(options), { provide: KEEPER, useValue: options.service }],
      exports: [Vault, Fingerprints, Erasures, SealAlerts],
    };
  }
}

/** The parts, for tests that have no HTTP. They need a `Database` and `Metrics`. */
export function secretsProviders({ service, keys }: SecretsOptions): Provider[] {
  const store = new DataKeyStore(SERVICES[service].schema);
  return [
    SealAlerts,
    { provide: Erasures, useValue: new Erasures(SERVICES[service].schema) },
    {
      provide: Fingerprints,
      useFactory: (alerts: SealAlerts) => new Fingerprints(store, keys, alerts),
      inject: [SealAlerts],
    },
    { provide: Vault, useFactory: (alerts: SealAlerts) => new Vault(store, keys, alerts), inject: [SealAlerts] },
    {
      provide: RotateKeys,
      useFactory: (database: Database, alerts: SealAlerts) =>
        new RotateKeys(database, { store, provider: keys, alerts }),
      inject: [Database, SealAlerts],
    },
  ];
}
