import type { TenantTransaction } from '#libs/persistence';
import { Erasures, Vault, type Erasure } from '#libs/secrets';
import { Injectable } from '@nestjs/common';
import { AccountFingerprintRepository } from '../persistence/account-fingerprint.repository.ts';
import { ErasedCreatorRepository } from '../persistence/erased-creator.repository.ts';

/** Destroys what is known of a creator here, for good. Boosts, amounts, the ledger and statements stay as they are. */
@Injectable()
export class DestroyCreator {
  constructor(
    private readonly erased: ErasedCreatorRepository,
    private readonly fingerprints: AccountFingerprintRepository,
    private readonly vault: Vault,
    private readonly erasures: Erasures,
  ) {}

  async execute({ id, creatorId }: Erasure, tx: TenantTransaction): Promise<{ what: string; count: number }[]> {
    const { reasons, accounts } = await this.erased.eraseTexts(creatorId, tx);
    const fingerprints = await this.fingerprints.forget(creatorId, tx);
    await this.vault.destroyKeys([creatorId], tx);
    await this.erasures.end([id], tx);
    return [
      { what: 'data_key', count: 1 },
      { what: 'accounts', count: accounts },
      { what: 'account_fingerprints', count: fingerprints },
      { what: 'reasons', count: reasons },
    ];
  }
}
