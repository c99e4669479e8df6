import { LaurelError } from '#libs/contracts';
import { Roles } from '#libs/service-kit';
import { Controller, Header, HttpCode, Post, Query } from '@nestjs/common';
import { VerifyRedemptions } from '../use-cases/verify-redemptions.ts';
import { patientAnswer } from './patient-answer.ts';
import { VerificationRequest } from './verification.request.ts';

@Controller('v1/ops/verify/redemption')
@Roles('operator')
export class VerificationController {
  constructor(private readonly verifyRedemptions: VerifyRedemptions) {}

  /** Reads only; a POST since it works for minutes and nobody shall repeat or keep it unasked. */
  @Post()
  @HttpCode(200)
  @Header('content-type', 'application/json; charset=utf-8')
  verify(@Query() { clientId }: VerificationRequest): Promise<object> {
    return patientAnswer(async (signal) => {
      const verification = await this.verifyRedemptions.execute(clientId, signal);
      if (verification === undefined) throw new LaurelError('not_found', 'there is no such client');
      return { clientId, ...verification };
    });
  }
}
