import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import { UnknownElementException } from '@nestjs/core/errors/exceptions/unknown-element.exception.js';
import { PENDING_WORK_METADATA, type PendingWorkReporter } from './pending-work.ts';

/** Finds what a service has of the optional parts: a database, messaging, reporters of pending work. */
@Injectable()
export class ServiceParts {
  readonly #modules: ModuleRef;
  readonly #discovery: DiscoveryService;

  constructor(modules: ModuleRef, discovery: DiscoveryService) {
    this.#modules = modules;
    this.#discovery = discovery;
  }

  /** undefined where no module of the service provides it, as in the gateway. */
  find<T>(token: Type<T>): T | undefined {
    try {
      return this.#modules.get(token, { strict: false });
    } catch (error) {
      if (error instanceof UnknownElementException) return undefined;
      throw error;
    }
  }

  /** All reporters' numbers, added up by kind of work. */
  async pendingWork(): Promise<Record<string, number>> {
    return addUp(await Promise.all(this.#reporters().map((reporter) => reporter.pendingWork())));
  }

  async heldWork(): Promise<Record<string, number>> {
    return addUp(await Promise.all(this.#reporters().map(async (reporter) => (await reporter.heldWork?.()) ?? {})));
  }

  #reporters(): PendingWorkReporter[] {
    return this.#discovery.getProviders().flatMap((provider) => {
      const { metatype, instance } = provider as { metatype: unknown; instance: unknown };
      if (typeof metatype !== 'function') return [];
      return Reflect.getMetadata(PENDING_WORK_METADATA, metatype) === true ? [instance as PendingWorkReporter] : [];
    });
  }
}

function addUp(all: readonly Record<string, number>[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const [kind, count] of all.flatMap((numbers) => Object.entries(numbers))) {
    totals[kind] = (totals[kind] ?? 0) + count;
  }
  return totals;
}
