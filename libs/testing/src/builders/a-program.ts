import { newEvent, ProgramPublishedV1, type DataOf, type NewEvent } from '#libs/contracts';

export type ProgramData = DataOf<typeof ProgramPublishedV1>;

/** The ladder of the rules page, in US dollars: Bronze 0, Silver 1,000, Gold 2,000, Platinum 3,000; four months. */
export function aProgram(given: Partial<ProgramData> = {}): ProgramData {
  return {
    version: 1,
    currency: 'USD',
    timezone: 'America/New_York',
    metric: 'sales',
    mode: 'checkpoint',
    checkpointMonths: 4,
    attribution: 'ledger',
    clearingDays: 20,
    tiers: [
      { tier: 1, name: 'Bronze', color: '#b87333', threshold: '0', commissionRateBps: 1_000 },
      { tier: 2, name: 'Silver', color: '#c0c0c0', threshold: '100000', commissionRateBps: 1_200 },
      { tier: 3, name: 'Gold', color: '#ffd700', threshold: '200000', commissionRateBps: 1_400 },
      { tier: 4, name: 'Platinum', color: '#e5e4e2', threshold: '300000', commissionRateBps: 1_600 },
    ],
    ...given,
  };
}

export function programPublished(
  clientId: string,
  program: ProgramData = aProgram(),
): NewEvent<typeof ProgramPublishedV1> {
  return newEvent(ProgramPublishedV1, {
    clientId,
    aggregateId: clientId,
    subject: clientId,
    aggregateVersion: program.version,
    data: program,
  });
}
