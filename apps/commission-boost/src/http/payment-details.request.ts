import { IsIn, IsString, MaxLength } from 'class-validator';
import { PAYMENT_METHODS, type PaymentMethod } from '../domain/payment-account/payment-account.ts';

/** Whether it is an account of its method, the domain says. */
export class PaymentDetailsRequest {
  @IsIn(PAYMENT_METHODS)
  method!: PaymentMethod;

  @IsString()
  @MaxLength(300)
  account!: string;

  @IsString()
  @MaxLength(300)
  accountConfirm!: string;
}
