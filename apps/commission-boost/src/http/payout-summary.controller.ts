import { CurrentIdentity, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get } from '@nestjs/common';
import { SummarizePayouts } from '../use-cases/summarize-payouts.ts';
import { payoutSummaryOnWire } from './payout-summary-on-wire.ts';

@Controller('v1/payouts')
@Roles('admin')
export class PayoutSummaryController {
  constructor(private readonly summarizePayouts: SummarizePayouts) {}

  @Get('summary')
  async summary(@CurrentIdentity() identity: Identity) {
    return payoutSummaryOnWire(await this.summarizePayouts.execute(tenantOf(identity)));
  }
}
