import type { ClientId } from '#libs/kernel';
import { Database, inBackground, type TenantTransaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { Verdict, type Finding } from '../domain/verification/verdict.ts';
import { EagerRuleCheckRepository } from '../persistence/eager-rule-check.repository.ts';
import { FIRST_KEY, LAST_KEY, type KeyRange } from '../persistence/findings.ts';
import { HistoryCheckRepository } from '../persistence/history-check.repository.ts';
import { TotalsCheckRepository, type UnfinishedJob } from '../persistence/totals-check.repository.ts';

export interface Verification {
  readonly redemptions: number;
  readonly rewards: number;
  readonly faults: number;
  readonly checks: readonly Finding[];
  /** Rows of their rewards are held against the creators' tiers alone. */
  readonly unfinishedJobs: readonly UnfinishedJob[];
}

/** With twenty rewards, a hundred thousand rows at a time. */
const CREATORS_A_LOOK = 5_000;
const STEPS_A_LOOK = 20_000;
const LONGEST_MS = 3_600_000;

/**
 * Holds everything of a client against the rules, in one snapshot: what commits meanwhile is not seen, so nothing has to
 * be quiet and nothing found is a moment's. It writes nothing and takes no lock, so nobody waits for it; it goes through
 * creators and redemptions range by range and keeps counts and first examples, whatever the size.
 */
@Injectable()
export class VerifyRedemptions {
  constructor(
    private readonly database: Database,
    private readonly eagerRule: EagerRuleCheckRepository,
    private readonly history: HistoryCheckRepository,
    private readonly totals: TotalsCheckRepository,
  ) {}

  /** @returns undefined when there is no such client @param signal ends it before the next range */
  execute(clientId: ClientId, signal?: AbortSignal): Promise<Verification | undefined> {
    const verify = (tx: TenantTransaction) => this.#verify(tx, signal);
    return inBackground(() => this.database.inTenant(clientId, verify, { snapshot: true, timeoutMs: LONGEST_MS }));
  }

  async #verify(tx: TenantTransaction, signal: AbortSignal | undefined): Promise<Verification | undefined> {
    const rewardIds = await this.totals.rewardIds(tx);
    if (rewardIds === undefined) return undefined;
    await this.totals.preferSets(tx);
    const unfinishedJobs = await this.totals.unfinishedJobs(tx);
    const verdict = new Verdict();
    const creatorAfter = (after: string) => this.eagerRule.creatorAfter(after, CREATORS_A_LOOK, tx);
    for await (const range of ranges(creatorAfter, signal)) {
      verdict.add(await this.eagerRule.rows(rewardIds, range, tx));
      verdict.add(await this.eagerRule.quotas(rewardIds, range, tx));
    }
    const redemptionAfter = (after: string) => this.history.redemptionAfter(after, STEPS_A_LOOK, tx);
    for await (const range of ranges(redemptionAfter, signal)) verdict.add(await this.history.steps(range, tx));
    const counted = await this.totals.countRows(tx);
    verdict.add(await this.totals.counts(counted, tx));
    verdict.add(await this.totals.certificates(counted, tx));
    return {
      redemptions: counted.reduce((sum, { rows }) => sum + rows, 0),
      rewards: rewardIds.length,
      faults: verdict.faults,
      checks: verdict.findings(),
      unfinishedJobs,
    };
  }
}

/** Ranges that leave no id out, also none that nobody should have. */
async function* ranges(
  boundAfter: (after: string) => Promise<string | undefined>,
  signal: AbortSignal | undefined,
): AsyncGenerator<KeyRange> {
  let after = FIRST_KEY;
  while (after !== LAST_KEY) {
    signal?.throwIfAborted();
    const until = (await boundAfter(after)) ?? LAST_KEY;
    yield { after, until };
    after = until;
  }
}
