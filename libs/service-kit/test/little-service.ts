import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { testSigner } from '#libs/testing';
import {
  httpFields,
  readConfig,
  ServiceKitModule,
  startService,
  type ProcessRole,
  type StartedService,
} from '../src/index.ts';

export interface LittleService {
  readonly controllers?: readonly Type[];
  readonly providers?: readonly Provider[];
  readonly env?: Readonly<Record<string, string>>;
  readonly roles?: readonly ProcessRole[];
  readonly streamedTypes?: readonly string[];
}

@Module({})
class LittleModule {}

/** A service of the kit with nothing but what a test gives it: no database and no messages. */
export function startLittleService(parts: LittleService): Promise<StartedService> {
  const signer = testSigner();
  const read = readConfig(httpFields('gateway'), {
    GATEWAY_PORT: '0',
    LAUREL_JWKS: signer.jwks,
    LAUREL_JWT_ISSUER: signer.issuer,
    LAUREL_JWT_AUDIENCE: signer.audience,
    LOG_LEVEL: 'fatal',
    ...parts.env,
  });
  const config = parts.roles === undefined ? read : { ...read, roles: parts.roles };
  const module = (): DynamicModule => ({
    module: LittleModule,
    imports: [ServiceKitModule.forRoot({ service: 'gateway', config })],
    controllers: [...(parts.controllers ?? [])],
    providers: [...(parts.providers ?? [])],
  });
  const http = { streamedTypes: parts.streamedTypes ?? [] };
  return startService({ name: 'gateway', config: () => config, module, http }, config);
}
