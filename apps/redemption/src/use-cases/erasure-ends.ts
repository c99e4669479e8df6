import { ErasureAnsweredV1, newEvent, type DataOf, type NewEvent } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Erasures, Vault, type Erasure } from '#libs/secrets';
import { Injectable } from '@nestjs/common';

type Answer = Pick<DataOf<typeof ErasureAnsweredV1>, 'stage' | 'obligations' | 'claimedBoosts' | 'erased'>;

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

  async answer({ id, creatorId }: Erasure, answer: Answer, tx: TenantTransaction): Promise<void> {
    const event: NewEvent<typeof ErasureAnsweredV1> = newEvent(ErasureAnsweredV1, {
      clientId: tx.clientId,
      aggregateId: creatorId,
      subject: `${id}:redemption`,
      aggregateVersion: answer.stage === 'checked' ? 1 : 2,
      data: { erasureId: id, creatorId, service: 'redemption', ...answer },
    });
    await this.outbox.append(tx, [event]);
  }
}
