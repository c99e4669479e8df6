import { IsIn, IsObject, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { REDEMPTION_STATUSES, type RedemptionStatus } from '../domain/redemption/redemption-state.ts';

const UUID = 'all';
/** A time of the clock alone would name no instant, or two, in the hours in which a zone changes its clocks. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

export class ListRedemptionsRequest {
  @IsOptional()
  @IsIn(REDEMPTION_STATUSES)
  status?: RedemptionStatus;

  @IsOptional()
  @IsUUID(UUID)
  rewardId?: string;

  @IsOptional()
  @IsUUID(UUID)
  creatorId?: string;

  @IsOptional()
  @IsIn(['true', 'false'])
  hidden?: 'true' | 'false';

  @IsOptional()
  @IsString()
  limit?: string;

  @IsOptional()
  @IsString()
  cursor?: string;
}

export class ClaimRequest {
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'scheduledDate is a date such as 2026-03-25' })
  scheduledDate?: string;

  @IsOptional()
  @Matches(INSTANT, { message: 'scheduledAt is an instant such as 2026-03-25T10:00:00-04:00, with Z or an offset' })
  scheduledAt?: string;

  @IsOptional()
  @IsObject()
  shipping?: object;

  @IsOptional()
  @IsString()
  size?: string;
}

export class NotesRequest {
  @IsOptional()
  @IsString()
  @MaxLength(500)
  notes?: string;
}

export class ShipRequest extends NotesRequest {
  @IsString()
  @MaxLength(60)
  @Matches(/\S/, { message: 'carrier is not blank' })
  carrier!: string;

  @IsString()
  @MaxLength(60)
  @Matches(/\S/, { message: 'trackingNumber is not blank' })
  trackingNumber!: string;
}
