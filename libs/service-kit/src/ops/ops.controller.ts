import type { ServiceName } from '#libs/contracts';
import { MessagingStatus, Parking, type MessagingReport, type Parked, type ParkedDetail } from '#libs/messaging';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { Identity } from '../identity/identity.ts';
import { CurrentIdentity, Roles } from '../identity/roles.ts';
import { PathId } from '../requests/path-id.ts';
import { ServiceParts } from './service-parts.ts';

export const SERVICE_NAME = Symbol('ServiceName');

/** Where one service stands. The gateway puts those of all services together. */
export interface OpsStatus extends Omit<MessagingReport, 'releasingKeys'> {
  readonly name: ServiceName;
  /** What will still happen by itself, by kind of work; the replay of released keys is a kind. */
  readonly pending: Readonly<Record<string, number>>;
  /** What waits for a person. */
  readonly held: Readonly<Record<string, number>>;
}

/** So many of a key's waiting events are shown in the list, the oldest first. */
const SHOWN_EVENTS = 20;

@Roles('operator')
@Controller('ops')
export class OpsController {
  readonly #service: ServiceName;
  readonly #status: MessagingStatus;
  readonly #parking: Parking;
  readonly #parts: ServiceParts;

  constructor(
    @Inject(SERVICE_NAME) service: ServiceName,
    status: MessagingStatus,
    parking: Parking,
    parts: ServiceParts,
  ) {
    this.#service = service;
    this.#status = status;
    this.#parking = parking;
    this.#parts = parts;
  }

  @Get('status')
  async status(): Promise<OpsStatus> {
    const [pending, held] = await Promise.all([this.#parts.pendingWork(), this.#parts.heldWork()]);
    const { releasingKeys, ...report } = await this.#status.read();
    return { name: this.#service, ...report, pending: { ...pending, releasingKeys }, held };
  }

  @Get('parked')
  async parked(): Promise<{ data: readonly (Parked | ParkedDetail)[] }> {
    const data: (Parked | ParkedDetail)[] = [];
    for (const parked of await this.#parking.list()) {
      data.push(parked.kind === 'key' ? ((await this.#parking.show(parked.id, SHOWN_EVENTS)) ?? parked) : parked);
    }
    return { data };
  }

  @Post('parked/:id/release')
  @HttpCode(202)
  async release(@Param('id', PathId) id: string, @CurrentIdentity() operator: Identity): Promise<object> {
    await this.#parking.release(id, operator.subject);
    return { id, status: 'releasing' };
  }

  @Post('parked/:id/discard')
  @HttpCode(202)
  async discard(@Param('id', PathId) id: string, @CurrentIdentity() operator: Identity): Promise<object> {
    await this.#parking.discard(id, operator.subject);
    return { id, status: 'discarded' };
  }
}
