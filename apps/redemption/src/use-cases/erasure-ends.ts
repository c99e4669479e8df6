import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { erasureAnswer, Erasures, Vault, type Erasure, type ErasureAnswer } from '#libs/secrets';
import { Injectable } from '@nestjs/common';

/** What an erasure comes to: the key is gone, and the others are told. */
@Injectable()
export class ErasureEnds {
  constructor(
    private readonly vault: Vault,
    private readonly erasures: Erasures,
    private readonly outbox: Outbox,
  ) {}

  async destroyKey({ id, creatorId }: Erasure, tx: TenantTransaction): Promise<void> {
    await this.vault.destroyKeys([creatorId], tx);
    await this.erasures.end([id], tx);
  }

  async answer(erasure: Erasure, answer: ErasureAnswer, tx: TenantTransaction): Promise<void> {
    await this.outbox.append(tx, [erasureAnswer('redemption', erasure, answer, tx.clientId)]);
  }
}
