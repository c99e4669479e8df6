import type { RedemptionId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import type { Compared, Comparison, Difference } from '#libs/service-kit';
import { Injectable } from '@nestjs/common';
import { BOOST_STATE_KINDS, compareBoostState } from '../domain/redemption/compare-boost-state.ts';
import { BoostStateRepository } from '../persistence/boost-state.repository.ts';
import { ClientRepository } from '../persistence/client.repository.ts';

const CHUNK = 5_000;

/** Holds the state and the slot of every claimed commission boost against what its boost has told. */
@Injectable()
export class CompareBoostStates implements Comparison {
  readonly name = 'boost-states';
  readonly kinds = BOOST_STATE_KINDS;

  constructor(
    private readonly states: BoostStateRepository,
    private readonly clients: ClientRepository,
  ) {}

  async compareAfter(tx: TenantTransaction, after: string | null): Promise<Compared> {
    const claims = await this.states.claimsAfter(after as RedemptionId | null, CHUNK, tx);
    const today = (await this.clients.findSettledProgrammeDate(tx)) ?? null;
    const differences = claims.flatMap((claim) =>
      compareBoostState(claim, today).map((mismatch): Difference => ({
        ...mismatch,
        subject: { kind: 'redemption', id: claim.redemptionId },
      })),
    );
    const next = claims.length === CHUNK ? (claims.at(-1)?.redemptionId ?? null) : null;
    return { differences, rows: claims.length, next };
  }
}
