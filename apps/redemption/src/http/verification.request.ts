import type { ClientId } from '#libs/kernel';
import { IsUUID } from 'class-validator';

export class VerificationRequest {
  @IsUUID('all')
  clientId!: ClientId;
}
