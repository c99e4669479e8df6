import type { CreatorId } from '#libs/kernel';
import type { TenantTransaction } from '#libs/persistence';
import { Erasures, Fingerprints } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import type { PaymentAccount } from '../domain/payment-account/payment-account.ts';
import { AccountFingerprintRepository } from '../persistence/account-fingerprint.repository.ts';
import { RaiseAlerts } from './raise-alerts.ts';

const ACCOUNT_FIELD = 'payment_detail.account';

/** Tells whether the same account is given by several creators, which may be one person, or a thief. */
@Injectable()
export class NoteAccount {
  constructor(
    private readonly fingerprints: Fingerprints,
    private readonly accounts: AccountFingerprintRepository,
    private readonly raiseAlerts: RaiseAlerts,
    private readonly erasures: Erasures,
  ) {}

  refuseErased(creatorId: CreatorId, tx: TenantTransaction): Promise<void> {
    return this.erasures.refuseErased(creatorId, tx);
  }

  /**
   * The lane of the creator's key is held. Each pair of creators is told of once.
   * @param account undefined where it does not open
   */
  async execute(boost: Boost, account: PaymentAccount | undefined, tx: TenantTransaction): Promise<void> {
    const { id: boostId, creatorId, paymentDetailVersion: version } = boost;
    const fingerprint = account ? await this.fingerprints.of(ACCOUNT_FIELD, asCompared(account), tx) : null;
    await this.accounts.insert({ boostId, version, creatorId, fingerprint }, tx);
    const sharers = fingerprint && (await this.accounts.sharersOf(fingerprint, creatorId, tx));
    if (!sharers) return;
    const facts = { otherCreatorId: sharers.first, creators: sharers.count + 1 };
    const subject = `${creatorId}:${sharers.first}`;
    await this.raiseAlerts.execute([{ kind: 'account_shared', creatorId, boostId, subject, facts }], tx);
  }
}

/** Neither an e-mail nor a name is another one for its capitals. */
function asCompared({ method, account }: PaymentAccount): string {
  return `${method}:${account.toLowerCase()}`;
}
