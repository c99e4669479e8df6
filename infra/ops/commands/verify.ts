import type { Command } from '../command.ts';

interface Verification {
  readonly redemptions: number;
  readonly rewards: number;
  readonly faults: number;
  readonly checks: readonly {
    readonly check: string;
    readonly faults: number;
    readonly examples: readonly Fault[];
  }[];
  readonly unfinishedJobs: readonly {
    readonly rewardId: string;
    readonly backfillId: string;
    readonly status: string;
  }[];
}

interface Fault {
  readonly rewardId: string | null;
  readonly creatorId: string | null;
  readonly redemptionId: string | null;
  readonly expected: string;
  readonly found: string;
}

/** Has a service hold everything it keeps of a client against the rules, by statements that share nothing with its work. */
export const verify: Command = {
  name: 'verify',
  help: 'Holds all redemptions of a client against the rules, in one snapshot, and prints what is wrong. Mends nothing.',
  subjects: [{ name: 'service', values: ['redemption'] }],
  options: { client: { value: '<clientId>', help: 'whose', required: true } },
  run: async ({ subjects, options, gateway, print }) => {
    const query = { clientId: options['client'] ?? '' };
    const verification = await gateway.post<Verification>(`/v1/ops/verify/${subjects[0]}`, { query });
    const width = Math.max(...verification.checks.map(({ check }) => check.length));
    for (const { check, faults, examples } of verification.checks) {
      print(`${check.padEnd(width)}  ${faults === 0 ? 'nothing found' : `${counted(faults)} found`}`);
      for (const fault of examples) print(`  ${describeFault(fault)}`);
      if (faults > examples.length) print(`  ... and ${counted(faults - examples.length)} more`);
    }
    for (const { rewardId, backfillId, status } of verification.unfinishedJobs) {
      print(
        `reward ${rewardId} has a job that is ${status} (${backfillId}): of its rows only those of other tiers are judged`,
      );
    }
    const { redemptions, rewards, faults } = verification;
    print(`${counted(redemptions)} redemptions of ${counted(rewards)} rewards: ${counted(faults)} faults`);
    return faults === 0 ? 0 : 1;
  },
};

function describeFault({ rewardId, creatorId, redemptionId, expected, found }: Fault): string {
  const subject = [
    creatorId && `creator ${creatorId}`,
    rewardId && `reward ${rewardId}`,
    redemptionId && `redemption ${redemptionId}`,
  ];
  return `${subject.filter(Boolean).join(', ')}: expected ${expected}, found ${found}`;
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}
