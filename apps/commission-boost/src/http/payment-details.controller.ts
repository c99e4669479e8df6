import { Database } from '#libs/persistence';
import { CurrentIdentity, PathId, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Body, Controller, Param, Put } from '@nestjs/common';
import { BoostRequestError } from '../domain/boost/boost.errors.ts';
import {
  readPaymentAccount,
  type AccountFault,
  type PaymentAccount,
} from '../domain/payment-account/payment-account.ts';
import { FindBoosts } from '../use-cases/find-boosts.ts';
import { SubmitPaymentDetails } from '../use-cases/submit-payment-details.ts';
import { boostOnWire } from './boost-on-wire.ts';
import { PaymentDetailsRequest } from './payment-details.request.ts';

@Controller('v1/boosts')
export class PaymentDetailsController {
  constructor(
    private readonly database: Database,
    private readonly findBoosts: FindBoosts,
    private readonly submitPaymentDetails: SubmitPaymentDetails,
  ) {}

  @Put(':id/payment-details')
  @Roles('creator')
  async submit(
    @Param('id', PathId) id: string,
    @Body() body: PaymentDetailsRequest,
    @CurrentIdentity() identity: Identity,
  ) {
    const account = accountOf(body);
    const clientId = tenantOf(identity);
    const { id: boostId, creatorId } = await this.findBoosts.one(id, clientId, identity);
    const boost = await this.database.inTenant(clientId, (tx) =>
      this.submitPaymentDetails.execute({ boostId, creatorId, account }, tx),
    );
    return boostOnWire(boost, account);
  }
}

/** What was typed is never repeated in an error. */
const FAULTS: Readonly<Record<AccountFault, readonly [pointer: string, message: string]>> = {
  not_an_email: ['/account', 'a paypal account is an e-mail address'],
  not_a_venmo_name: ['/account', 'a venmo account is @ and 5 to 30 letters, digits, dashes or underscores'],
  not_the_same_twice: ['/accountConfirm', 'the account was not typed the same twice'],
};

function accountOf(body: PaymentDetailsRequest): PaymentAccount {
  const account = readPaymentAccount(body.method, body.account, body.accountConfirm);
  if (!('fault' in account)) return account;
  const [pointer, message] = FAULTS[account.fault];
  throw new BoostRequestError(pointer, account.fault, message);
}
