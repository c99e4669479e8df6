import { CurrentIdentity, type Identity } from '#libs/service-kit';
import { Controller, Get, Headers } from '@nestjs/common';
import { BehindTheEdge } from '../http/edge.ts';
import { ComposeMe } from './compose-me.ts';

/** What a creator's first screen shows, in one answer. */
@BehindTheEdge()
@Controller('v1/me')
export class MeController {
  readonly #composeMe: ComposeMe;

  constructor(composeMe: ComposeMe) {
    this.#composeMe = composeMe;
  }

  @Get()
  me(@CurrentIdentity() identity: Identity, @Headers('authorization') authorization: string): Promise<object> {
    return this.#composeMe.execute(identity.subject, authorization);
  }
}
