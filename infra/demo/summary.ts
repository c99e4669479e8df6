import { inParallel, type ApiClient } from './api-client.ts';

interface Decision {
  readonly kind: 'promotion' | 'checkpoint';
  readonly outcome: string;
}

interface BoostView {
  readonly status: string;
  readonly finalPayout: { readonly amount: string } | null;
  readonly calculatedPayout: { readonly amount: string } | null;
}

/** Where the programme stands, read through the public API alone. */
export async function printSummary(admin: ApiClient, print: (line: string) => void): Promise<void> {
  const [program, creators, redemptions, boosts] = await Promise.all([
    admin.get<{ tiers: { name: string }[] }>('/v1/program'),
    admin.all<{ id: string; tier: number }>('/v1/creators'),
    admin.all<{ status: string; hidden: boolean }>('/v1/redemptions'),
    admin.all<BoostView>('/v1/boosts'),
  ]);
  const decisions = (
    await inParallel(creators, ({ id }) => admin.all<Decision>(`/v1/creators/${id}/decisions`), 8)
  ).flat();
  const paid = boosts
    .filter(({ status }) => status === 'paid')
    .map(({ finalPayout, calculatedPayout }) => finalPayout ?? calculatedPayout);

  print('');
  printRow(
    print,
    'creators',
    tally(creators, ({ tier }) => program.tiers[tier - 1]?.name ?? `tier ${tier}`),
  );
  printRow(print, 'promotions', { decided: decisions.filter(({ kind }) => kind === 'promotion').length });
  printRow(
    print,
    'checkpoints',
    tally(
      decisions.filter(({ kind }) => kind === 'checkpoint'),
      ({ outcome }) => outcome,
    ),
  );
  printRow(
    print,
    'redemptions',
    tally(redemptions, ({ status, hidden }) => (hidden ? `${status}, hidden` : status)),
  );
  printRow(
    print,
    'boosts',
    tally(boosts, ({ status }) => status),
  );
  print(`${'paid out'.padEnd(14)}${dollars(paid.reduce((sum, money) => sum + cents(money?.amount ?? '0.00'), 0n))}`);
  print('');
}

function tally<Row>(rows: readonly Row[], nameOf: (row: Row) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[nameOf(row)] = (counts[nameOf(row)] ?? 0) + 1;
  return counts;
}

function printRow(print: (line: string) => void, title: string, counts: Record<string, number>): void {
  const cells = Object.entries(counts)
    .sort()
    .map(([name, count]) => `${name} ${count.toLocaleString('en-US')}`);
  print(`${title.padEnd(14)}${cells.length === 0 ? 'none' : cells.join('  ·  ')}`);
}

function cents(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

function dollars(minor: bigint): string {
  const digits = minor.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)} USD`;
}
