import { LaurelError } from '#libs/contracts';
import type { ClientId } from '#libs/kernel';
import { Roles } from '#libs/service-kit';
import { Body, Controller, Get, HttpCode, Inject, Logger, Param, Post } from '@nestjs/common';
import { BEGINNING, RotateKeys, type RotationPlace } from './rotate-keys.ts';
import { RotateKeysRequest } from './rotate-keys.request.ts';

export const KEEPER = Symbol('the service whose secrets these are');

/** Less than the gateway waits; whoever wants all of it calls again. */
const ROTATE_WITHIN_MS = 10_000;

@Roles('operator')
@Controller('v1/ops/keys/:service')
export class KeysController {
  readonly #logger = new Logger(KeysController.name);
  readonly #service: string;
  readonly #rotateKeys: RotateKeys;

  constructor(@Inject(KEEPER) service: string, rotateKeys: RotateKeys) {
    this.#service = service;
    this.#rotateKeys = rotateKeys;
  }

  @Get()
  async report(@Param('service') service: string): Promise<object> {
    this.#refuseUnlessOwn(service);
    return { service, ...(await this.#rotateKeys.report()) };
  }

  @Post('rotate')
  @HttpCode(200)
  async rotate(@Param('service') service: string, @Body() { to, cursor }: RotateKeysRequest): Promise<object> {
    this.#refuseUnlessOwn(service);
    const current = this.#rotateKeys.currentKeyId();
    if (to !== current) {
      throw new LaurelError('keys.not_current', `the current master key of this process is ${current}, not ${to}`);
    }
    const { next, ...done } = await this.#rotateKeys.execute(placeOf(cursor ?? null), ROTATE_WITHIN_MS);
    this.#logger.log({ kind: to, count: done.rewrapped }, 'data keys were wrapped by the current master key');
    return { service, ...done, cursor: next === undefined ? null : `${next.clientId}:${next.creatorId}` };
  }

  #refuseUnlessOwn(service: string): void {
    if (service !== this.#service) throw new LaurelError('not_found', 'there are no keys of that service here');
  }
}

function placeOf(cursor: string | null): RotationPlace {
  const [clientId, creatorId] = cursor?.split(':') ?? [];
  return clientId === undefined || creatorId === undefined ? BEGINNING : { clientId: clientId as ClientId, creatorId };
}
