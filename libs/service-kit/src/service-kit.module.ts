import { SERVICES, type ServiceName } from '#libs/contracts';
import { CLOCK, systemClock } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import type { HttpConfig, StatefulConfig } from './config/base-fields.ts';
import { HealthController } from './health/health.controller.ts';
import { Lifecycle } from './health/lifecycle.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { AuthGuard } from './identity/auth-guard.ts';
import { TokenVerifier } from './identity/token-verifier.ts';
import { Metrics } from './observability/metrics.ts';
import { OpsController, SERVICE_NAME } from './ops/ops.controller.ts';
import { ServiceParts } from './ops/service-parts.ts';
import { ProblemFilter } from './problems/problem-filter.ts';
import { RequestValidation } from './problems/request-validation.ts';
import { ReconcilerLoops } from './reconcilers/reconciler-loops.ts';
import { AnswerInterceptor } from './requests/answer.ts';

/**
 * What every service has in the same way: logs, metrics, probes, tokens, problems, and, for services with a schema,
 * stored answers and the operator's routes. Provides `TokenVerifier`, `Metrics`, `CLOCK` and `Idempotency` to all
 * modules; a service with a schema also imports `PersistenceModule` and `MessagingModule`.
 */
@Global()
@Module({})
export class ServiceKitModule {
  static forRoot(options: {
    readonly service: ServiceName;
    readonly config: HttpConfig | StatefulConfig;
  }): DynamicModule {
    const { service, config } = options;
    const { schema } = SERVICES[service];
    const provided: Provider[] = [
      { provide: CLOCK, useValue: systemClock },
      { provide: TokenVerifier, useFactory: () => new TokenVerifier(config) },
      { provide: Metrics, useFactory: () => new Metrics(service) },
      ...(schema === null ? [] : [idempotency(schema)]),
    ];
    return {
      module: ServiceKitModule,
      imports: [DiscoveryModule, TerminusModule.forRoot({ logger: false })],
      controllers: schema === null ? [HealthController] : [HealthController, OpsController],
      providers: [
        ...provided,
        { provide: SERVICE_NAME, useValue: service },
        Lifecycle,
        ServiceParts,
        ReconcilerLoops,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_PIPE, useClass: RequestValidation },
        { provide: APP_INTERCEPTOR, useClass: AnswerInterceptor },
      ],
      exports: [...provided, Lifecycle, ServiceParts],
    };
  }
}

function idempotency(schema: string): Provider {
  return {
    provide: Idempotency,
    useFactory: (database: Database) => new Idempotency(database, schema),
    inject: [Database],
  };
}
