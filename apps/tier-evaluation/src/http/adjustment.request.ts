import { parseCalendarDate } from '#libs/kernel';
import { IsIn, IsInt, IsOptional, IsString, MaxLength, MinLength, ValidateBy } from 'class-validator';
import { ADJUSTMENT_KINDS, type AdjustmentKind } from '../domain/adjustment/adjustment-value.ts';

type Amount = string | { amount: string; currency: string };

export class AdjustmentRequest {
  /** `{"amount":"12.50","currency":"USD"}`, or "12.50" of the program's currency. */
  @IsOptional()
  @ValidateBy({
    name: 'isAmount',
    validator: { validate: isAmount, defaultMessage: () => 'amount is {"amount":"12.50","currency":"USD"} or "12.50"' },
  })
  amount?: Amount;

  @IsOptional()
  @IsInt()
  units?: number;

  @IsIn(ADJUSTMENT_KINDS)
  kind!: AdjustmentKind;

  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason!: string;

  @IsOptional()
  @ValidateBy({
    name: 'isCalendarDate',
    validator: { validate: isCalendarDate, defaultMessage: () => 'effectiveDate is a date YYYY-MM-DD' },
  })
  effectiveDate?: string;
}

function isAmount(value: unknown): value is Amount {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  const { amount, currency } = value as { amount?: unknown; currency?: unknown };
  return typeof amount === 'string' && typeof currency === 'string';
}

function isCalendarDate(value: unknown): boolean {
  return typeof value === 'string' && parseCalendarDate(value) !== undefined;
}
