import type { ClientId } from '#libs/kernel';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';

export class ReconcileRequest {
  /** All clients when left out. */
  @IsOptional()
  @IsUUID()
  clientId?: ClientId;
}

export class ListFindingsRequest extends ReconcileRequest {
  @IsOptional()
  @IsIn(['open', 'resolved', 'all'])
  status?: 'open' | 'resolved' | 'all';

  @IsOptional()
  @Matches(/^[a-z_]{1,40}$/)
  kind?: string;

  @IsOptional()
  limit?: string;

  @IsOptional()
  cursor?: string;
}
