import type { ClientId } from '#libs/kernel';
import { keyOf, lockLanes } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { AccountFingerprintRepository } from '../persistence/account-fingerprint.repository.ts';
import { PaymentDetailRepository } from '../persistence/payment-detail.repository.ts';
import { NoteAccount } from './note-account.ts';

const CHUNK = 100;

/** Accounts that were given before they could be compared are compared too. */
@Injectable()
export class CompareFormerAccounts {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountFingerprintRepository,
    private readonly details: PaymentDetailRepository,
    private readonly noteAccount: NoteAccount,
  ) {}

  /** @returns whether there may be more */
  execute(clientId: ClientId): Promise<boolean> {
    return this.database.inTenant(clientId, async (tx) => {
      const boosts = await this.accounts.boostsWithout(CHUNK, tx);
      if (boosts.length === 0) return false;
      await lockLanes(
        tx,
        boosts.map(({ creatorId }) => keyOf(clientId, creatorId)),
      );
      const opened = await this.details.accountsOf(boosts, tx);
      for (const boost of boosts) await this.noteAccount.execute(boost, opened.get(boost.id), tx);
      return true;
    });
  }
}
