import { MessagingStatus } from '#libs/messaging';
import { Database, sql } from '#libs/persistence';
import { Controller, Get, Header, Res, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../identity/roles.ts';
import { messagingMetrics } from '../observability/messaging-metrics.ts';
import { Metrics } from '../observability/metrics.ts';
import { ServiceParts } from '../ops/service-parts.ts';
import { Lifecycle } from './lifecycle.ts';

/** Probes, served by processes of every role. */
@Public()
@Controller()
export class HealthController {
  readonly #health: HealthCheckService;
  readonly #indicators: HealthIndicatorService;
  readonly #lifecycle: Lifecycle;
  readonly #metrics: Metrics;
  readonly #parts: ServiceParts;

  constructor(
    health: HealthCheckService,
    indicators: HealthIndicatorService,
    lifecycle: Lifecycle,
    metrics: Metrics,
    parts: ServiceParts,
  ) {
    this.#health = health;
    this.#indicators = indicators;
    this.#lifecycle = lifecycle;
    this.#metrics = metrics;
    this.#parts = parts;
  }

  /** Alive means that it comes forward, not that it answers: a process with lag whose offsets stand still is dead. */
  @Get('livez')
  livez(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.#run(reply, [() => this.#progress()]);
  }

  @Get('readyz')
  readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.#run(reply, [() => this.#serving(), () => this.#database()]);
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    const own = await this.#metrics.registry.metrics();
    const messaging = this.#parts.find(MessagingStatus);
    return messaging === undefined ? own : own + (await messagingMetrics(this.#metrics.service, messaging));
  }

  async #run(reply: FastifyReply, checks: (() => Promise<HealthIndicatorResult>)[]): Promise<unknown> {
    try {
      return await this.#health.check(checks);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      void reply.status(503);
      return error.getResponse();
    }
  }

  #serving(): Promise<HealthIndicatorResult> {
    const check = this.#indicators.check('process');
    const { phase } = this.#lifecycle;
    return Promise.resolve(phase === 'serving' ? check.up() : check.down({ phase }));
  }

  async #progress(): Promise<HealthIndicatorResult> {
    const check = this.#indicators.check('progress');
    const liveness = await this.#parts.find(MessagingStatus)?.liveness();
    if (liveness === undefined) return check.up();
    return liveness.alive ? check.up({ detail: liveness.detail }) : check.down({ detail: liveness.detail });
  }

  async #database(): Promise<HealthIndicatorResult> {
    const check = this.#indicators.check('database');
    const database = this.#parts.find(Database);
    if (database === undefined) return check.up();
    try {
      await database.inTransaction((tx) => tx.one(sql`SELECT 1 AS up`), { timeoutMs: 2_000 });
      return check.up();
    } catch {
      return check.down();
    }
  }
}
