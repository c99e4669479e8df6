import { CLOCK, type ClientId, type Clock } from '#libs/kernel';
import { lockLaneNumbers } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { ClientRepository } from '../persistence/client.repository.ts';
import { ReleaseRepository } from '../persistence/release.repository.ts';

/** Payouts of one transaction at most: writers stay under a second. */
const CHUNK = 1_000;

/** Makes payouts payable whose details are given and whose hold is over. It looks at the state, whatever led to it. */
@Injectable()
export class ReleasePayouts {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly releases: ReleaseRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Until the client has none left. @returns how many it released */
  async execute(clientId: ClientId): Promise<number> {
    const { today, lanes } = await this.database.inTenant(clientId, async (tx) => {
      const date = await this.clients.programmeDate(tx);
      return { today: date, lanes: date === null ? [] : await this.releases.lanes(date, tx) };
    });
    if (today === null) return 0;
    let released = 0;
    for (const lane of lanes) {
      let chunk: number;
      do {
        chunk = await this.database.inTenant(clientId, async (tx) => {
          await lockLaneNumbers(tx, [lane]);
          return this.releases.release({ lane, limit: CHUNK, today, at: this.clock.now() }, tx);
        });
        released += chunk;
      } while (chunk === CHUNK);
    }
    return released;
  }

  /** How many wait for nobody but this. */
  async pending(clientId: ClientId): Promise<number> {
    return this.database.inTenant(clientId, async (tx) => {
      const today = await this.clients.programmeDate(tx);
      return today === null ? 0 : this.releases.count(today, tx);
    });
  }
}
