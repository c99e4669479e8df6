import { IsString, Matches } from 'class-validator';

/**
 * Money as a request carries it; nest it with `@ValidateNested() @Type(() => MoneyRequest)`. Whether the decimals are
 * the currency's, `moneyFromWire` says.
 */
export class MoneyRequest {
  @Matches(/^-?\d{1,24}(\.\d{1,3})?$/, { message: 'amount is a decimal such as "12.50"' })
  amount!: string;

  @IsString()
  @Matches(/^[A-Z]{3}$/, { message: 'currency is a code such as USD' })
  currency!: string;
}
