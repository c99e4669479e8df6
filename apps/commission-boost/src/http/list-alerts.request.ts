import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { ALERT_KINDS, type AlertKind } from '../domain/alert/alert.ts';

export class ListAlertsRequest {
  @IsOptional()
  @IsIn(ALERT_KINDS)
  kind?: AlertKind;

  @IsOptional()
  @IsUUID()
  boostId?: string;

  @IsOptional()
  limit?: unknown;

  @IsOptional()
  cursor?: unknown;
}
