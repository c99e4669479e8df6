import type { CreatorId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Vault } from '#libs/secrets';
import { fingerprintOf, waitForFact, type IdempotentCall } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { ClientRepository } from '../persistence/client.repository.ts';

/** What a claim needs before its own transaction. */
@Injectable()
export class PrepareClaim {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly vault: Vault,
  ) {}

  /**
   * Waits for the programme's date, of which a newer one, or the first, may be on its way. A body with an address is exchanged for its keyed
   * digest: the fingerprint of a call is kept for ever, and a bare one would let anybody try addresses against it.
   */
  async execute(call: IdempotentCall, creatorId: CreatorId): Promise<IdempotentCall> {
    const { clientId, route, body } = call;
    await waitForFact(() => this.database.inTenant(clientId, (tx) => this.clients.findSettledProgrammeDate(tx)));
    if (!hasAddress(body)) return call;
    const secret = { place: { creatorId, field: 'idempotency_answer.fingerprint' }, text: fingerprintOf(route, body) };
    return { ...call, body: await this.database.inTenant(clientId, (tx) => this.vault.digest(secret, tx)) };
  }
}

function hasAddress(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'shipping' in body && body.shipping !== null;
}
