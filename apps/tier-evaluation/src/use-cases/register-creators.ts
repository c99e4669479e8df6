import type { CalendarDate, CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { StandingRepository } from '../persistence/standing.repository.ts';

export interface OnboardedCreator {
  readonly creatorId: CreatorId;
  readonly onboardedOn: CalendarDate;
}

/** Gives new creators their standing in tier 1. Their first sales may have come before, and made it already. */
@Injectable()
export class RegisterCreators {
  readonly #standings: StandingRepository;

  constructor(standings: StandingRepository) {
    this.#standings = standings;
  }

  execute(onboarded: readonly OnboardedCreator[], tx: TenantTransaction): Promise<void> {
    return this.#standings.register(tx, onboarded);
  }
}
