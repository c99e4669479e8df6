import { RetryLater } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { ClientPartitionRepository } from '../persistence/client-partition.repository.ts';
import { GrantRepository } from '../persistence/grant.repository.ts';

/** What every grant that follows an event begins with: the client's partition is there, its rewards stand still. */
@Injectable()
export class OpenGrants {
  constructor(
    private readonly partitions: ClientPartitionRepository,
    private readonly grants: GrantRepository,
  ) {}

  /** @throws RetryLater until the client's partition is made; nothing is ever lost for want of one. */
  async execute(tx: TenantTransaction): Promise<void> {
    if (!(await this.partitions.exists(tx))) throw new RetryLater(`client ${tx.clientId} has no partition yet`);
    await this.grants.lockShared(tx);
  }
}
