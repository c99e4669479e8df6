import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, Matches, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { TRANSACTION_ID } from '../domain/payout/transaction-id.ts';

const trimmed = ({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value);

class OverrideHoldRequest {
  @Transform(trimmed)
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  reason!: string;
}

export class PayBoostRequest {
  /** May be missing for an amount of 0, where nothing is transferred. */
  @IsOptional()
  @Transform(trimmed)
  @IsString()
  @Matches(TRANSACTION_ID)
  transactionId?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => OverrideHoldRequest)
  overrideHold?: OverrideHoldRequest;

  /** Pays by another transaction although an attempt that was given up has arrived. */
  @IsOptional()
  @IsBoolean()
  overrideLateSuccess?: boolean;
}
