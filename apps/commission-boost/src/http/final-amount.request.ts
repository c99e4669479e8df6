import { Transform } from 'class-transformer';
import { IsString, MaxLength, MinLength, ValidateBy } from 'class-validator';

const DECIMAL = /^\d{1,24}(\.\d{1,3})?$/;

function isAmount(value: unknown): boolean {
  if (typeof value === 'string') return DECIMAL.test(value);
  if (typeof value !== 'object' || value === null) return false;
  const { amount, currency } = value as Record<string, unknown>;
  return typeof amount === 'string' && DECIMAL.test(amount) && typeof currency === 'string';
}

export class FinalAmountRequest {
  /** `{"amount":"12.50","currency":"USD"}`; a plain decimal is one of the boost's currency. */
  @ValidateBy({
    name: 'isAmount',
    validator: {
      validate: isAmount,
      defaultMessage: () => 'amount is 0 or more, such as {"amount":"12.50","currency":"USD"}',
    },
  })
  amount!: string | { readonly amount: string; readonly currency: string };

  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString()
  @MinLength(10)
  @MaxLength(1_000)
  reason!: string;
}
