import type { CreatorId } from '#libs/kernel';
import { sql, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** What people have written about a creator. */
@Injectable()
export class ErasedCreatorRepository {
  async eraseReasons(creatorId: CreatorId, tx: TenantTransaction): Promise<{ reasons: number; answers: number }> {
    const gone = await tx.one<{ reasons: string; answers: string }>(
      sql`SELECT reasons, answers FROM tier_evaluation.erase_reasons(${creatorId}::uuid)`,
    );
    return { reasons: Number(gone.reasons), answers: Number(gone.answers) };
  }
}
