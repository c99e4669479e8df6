import type { ClientId, CreatorId } from '#libs/kernel';
import { IsOptional, IsUUID } from 'class-validator';

export class RebuildRequest {
  @IsUUID()
  clientId!: ClientId;

  /** Where an earlier answer says to go on. */
  @IsOptional()
  @IsUUID()
  cursor?: CreatorId | null;
}
