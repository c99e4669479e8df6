import { ServiceKitModule, type ServiceDefinition } from '#libs/service-kit';
import { Module, type DynamicModule } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { ComposeFindings } from './composition/compose-findings.ts';
import { ComposeMe } from './composition/compose-me.ts';
import { ComposeParked } from './composition/compose-parked.ts';
import { ComposeReconciliation } from './composition/compose-reconciliation.ts';
import { ComposeStatus } from './composition/compose-status.ts';
import { FillInHandles } from './composition/fill-in-handles.ts';
import { RefuseUnbooked } from './composition/refuse-unbooked.ts';
import { MeController } from './composition/me.controller.ts';
import { OpsController } from './composition/ops.controller.ts';
import { ReconciliationController } from './composition/reconciliation.controller.ts';
import type { GatewayConfig } from './config.ts';
import { Forwarder } from './forwarding/forwarder.ts';
import { Upstreams } from './forwarding/upstreams.ts';
import { ForwardController } from './http/forward.controller.ts';
import { WindowCounts } from './http/rate-limit.ts';
import { DocumentsController } from './openapi/documents.controller.ts';

@Module({})
export class GatewayModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        ServiceKitModule.forRoot({ service: 'gateway', config }),
        ThrottlerModule.forRoot({
          throttlers: [{ ttl: 1_000, limit: config.rateLimit }],
          setHeaders: false,
          storage: new WindowCounts(),
        }),
      ],
      controllers: [MeController, OpsController, ReconciliationController, DocumentsController, ForwardController],
      providers: [
        { provide: Upstreams, useFactory: () => new Upstreams(config) },
        {
          provide: Forwarder,
          useFactory: (upstreams: Upstreams) => new Forwarder(upstreams, config.uploadStallMs),
          inject: [Upstreams],
        },
        FillInHandles,
        RefuseUnbooked,
        ComposeMe,
        ComposeStatus,
        ComposeParked,
        ComposeFindings,
        ComposeReconciliation,
      ],
    };
  }
}

/** The gateway as a process: bodies reach it unread, whatever they are. */
export const gateway = {
  name: 'gateway',
  module: (config) => GatewayModule.forRoot(config),
  http: { streamedTypes: ['*'] },
} satisfies Omit<ServiceDefinition<GatewayConfig>, 'config'>;
