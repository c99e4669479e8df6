import { keyOf } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Erasures } from '#libs/secrets';
import {
  Answer,
  CurrentIdentity,
  Idempotency,
  Idempotent,
  PathId,
  Roles,
  type IdempotentCall,
  type Identity,
} from '#libs/service-kit';
import { Body, Controller, Param, Post } from '@nestjs/common';
import type { Boost } from '../domain/boost/boost.ts';
import { FindBoosts } from '../use-cases/find-boosts.ts';
import { PayBoost } from '../use-cases/pay-boost.ts';
import { SetFinalAmount } from '../use-cases/set-final-amount.ts';
import { accountOnWire, boostOnWire } from './boost-on-wire.ts';
import { FinalAmountRequest } from './final-amount.request.ts';
import { PayBoostRequest } from './pay-boost.request.ts';

interface Asked {
  readonly name: string;
  readonly call: IdempotentCall;
  readonly identity: Identity;
  /** To lock beside the creator's. */
  readonly keys?: readonly string[];
  /** Says why in free text, which nobody writes about an erased creator. */
  readonly givesReason: boolean;
}

/** What admins do about the money of a boost. */
@Controller('v1/boosts')
@Roles('admin')
export class PayoutsController {
  constructor(
    private readonly findBoosts: FindBoosts,
    private readonly setFinalAmount: SetFinalAmount,
    private readonly payBoost: PayBoost,
    private readonly idempotency: Idempotency,
    private readonly erasures: Erasures,
  ) {}

  @Post(':id/final-amount')
  finalAmount(
    @Param('id', PathId) name: string,
    @Body() body: FinalAmountRequest,
    @Idempotent() call: IdempotentCall,
    @CurrentIdentity() identity: Identity,
  ): Promise<Answer> {
    const { amount, currency } = typeof body.amount === 'string' ? { amount: body.amount } : body.amount;
    return this.#once({ name, call, identity, givesReason: true }, (boost, tx) =>
      this.setFinalAmount.execute(
        { boostId: boost.id, amount, currency, reason: body.reason, adminId: identity.subject },
        tx,
      ),
    );
  }

  @Post(':id/pay')
  pay(
    @Param('id', PathId) name: string,
    @Body() body: PayBoostRequest,
    @Idempotent() call: IdempotentCall,
    @CurrentIdentity() identity: Identity,
  ): Promise<Answer> {
    const order = {
      transactionId: body.transactionId ?? null,
      overrideHoldReason: body.overrideHold?.reason ?? null,
      overrideLateSuccess: body.overrideLateSuccess ?? false,
      adminId: identity.subject,
    };
    const keys = body.transactionId === undefined ? [] : [keyOf(call.clientId, body.transactionId)];
    const givesReason = order.overrideHoldReason !== null;
    return this.#once({ name, call, identity, givesReason, keys }, (boost, tx) =>
      this.payBoost.execute({ ...order, boostId: boost.id }, tx),
    );
  }

  /** The stored answer holds nothing of the account; what is shown of it is read when it is shown. */
  async #once(
    { name, call, identity, givesReason, keys = [] }: Asked,
    work: (boost: Boost, tx: TenantTransaction) => Promise<Boost>,
  ): Promise<Answer> {
    const boost = await this.findBoosts.one(name, call.clientId, identity);
    const made = await this.idempotency.run(call, [keyOf(call.clientId, boost.creatorId), ...keys], async (tx) => {
      if (givesReason) await this.erasures.refuseErased(boost.creatorId, tx);
      return new Answer(200, boostOnWire(await work(boost, tx), undefined));
    });
    const now = await this.findBoosts.one(boost.id, call.clientId, identity);
    const { account } = await this.findBoosts.withAccount(now, call.clientId);
    return new Answer(made.status, { ...(made.body as object), ...accountOnWire(account) }, made.headers);
  }
}
