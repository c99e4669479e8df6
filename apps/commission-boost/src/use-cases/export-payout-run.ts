import { CLOCK, type ClientId, type Clock } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { PaymentAccount } from '../domain/payment-account/payment-account.ts';
import {
  PayoutAlreadyExportedError,
  PayoutRunNotFoundError,
  PayoutRunNotOpenError,
} from '../domain/payout/payout.errors.ts';
import type { PayoutAttempt, PayoutRun } from '../domain/payout/payout-run.ts';
import { PaymentDetailRepository } from '../persistence/payment-detail.repository.ts';
import { PayoutAttemptRepository } from '../persistence/payout-attempt.repository.ts';
import { PayoutRunRepository } from '../persistence/payout-run.repository.ts';

export interface ExportedPayout {
  readonly attempt: PayoutAttempt;
  readonly account: PaymentAccount;
}

const PAGE = 500;

/** Hands a run's payouts out with their accounts, noting who was given them before the first one leaves. */
@Injectable()
export class ExportPayoutRun {
  readonly #logger = new Logger(ExportPayoutRun.name);

  constructor(
    private readonly database: Database,
    private readonly runs: PayoutRunRepository,
    private readonly attempts: PayoutAttemptRepository,
    private readonly details: PaymentDetailRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param asked.again wants it although it was exported before: a file that is paid twice pays twice */
  async begin(
    clientId: ClientId,
    runId: string,
    asked: { readonly adminId: string; readonly again: boolean },
  ): Promise<PayoutRun> {
    return this.database.inTenant(clientId, async (tx) => {
      const run = await this.runs.find(runId, tx);
      if (run === undefined) throw new PayoutRunNotFoundError();
      if (run.state !== 'open') throw new PayoutRunNotOpenError(run.state, 'be exported');
      const before = await this.runs.exports(runId, tx);
      if (before.length > 0 && !asked.again) throw new PayoutAlreadyExportedError(before.length);
      const given = { number: before.length + 1, exportedAt: this.clock.now(), exportedBy: asked.adminId };
      if (!(await this.runs.noteExport(runId, given, tx))) throw new PayoutAlreadyExportedError(given.number);
      return run;
    });
  }

  /**
   * What is still pending, page by page, each in a transaction of its own: what was settled meanwhile must not be paid
   * again; nor must what has arrived by an attempt that was given up before, which stays pending until a person ends it.
   * An account that does not open is left out, after its alert, and stays so too.
   */
  async *payouts(clientId: ClientId, run: PayoutRun): AsyncGenerator<readonly ExportedPayout[]> {
    let after: string | undefined;
    for (;;) {
      const page = await this.#page(clientId, run.id, after);
      if (page.exported.length > 0) yield page.exported;
      if (page.last === undefined) return;
      after = page.last;
    }
  }

  #page(
    clientId: ClientId,
    runId: string,
    after: string | undefined,
  ): Promise<{ exported: ExportedPayout[]; last: string | undefined }> {
    return this.database.inTenant(clientId, async (tx) => {
      const page = await this.attempts.page(runId, { after, fetch: PAGE }, tx);
      const unsettled = page.filter(({ status }) => status === 'pending');
      const arrived = await this.attempts.arrivedLate(
        unsettled.map(({ boostId }) => boostId),
        tx,
      );
      if (arrived.size > 0) this.#logger.warn({ clientId, count: arrived.size }, 'payouts of a run have arrived late');
      const pending = unsettled.filter(({ boostId }) => !arrived.has(boostId));
      const wanted = pending.map(({ boostId, paymentDetailVersion }) => ({ id: boostId, paymentDetailVersion }));
      const accounts = await this.details.accountsOf(wanted, tx);
      const exported = pending.flatMap((attempt) => {
        const account = accounts.get(attempt.boostId);
        return account === undefined ? [] : [{ attempt, account }];
      });
      const leftOut = pending.length - exported.length;
      if (leftOut > 0) this.#logger.error({ clientId, count: leftOut }, 'payouts of a run have no account that opens');
      return { exported, last: page.length < PAGE ? undefined : page.at(-1)?.boostId };
    });
  }
}
