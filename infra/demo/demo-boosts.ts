import { inParallel, type ApiClient } from './api-client.ts';

interface BoostView {
  readonly id: string;
  readonly creatorId: string;
  readonly status: string;
  readonly calculatedPayout: { readonly amount: string } | null;
  readonly payableFrom: string | null;
}

type AsCreator = (creatorId: string) => Promise<ApiClient>;

/** Twelve creators of the upper tiers claim a boost that is open to them, for the day after tomorrow. */
export async function claimBoosts(
  admin: ApiClient,
  asCreator: AsCreator,
  today: string,
  print: (line: string) => void,
): Promise<void> {
  const scheduledDate = new Date(Date.parse(`${today}T00:00:00Z`) + 2 * 86_400_000).toISOString().slice(0, 10);
  const creators = (await admin.all<{ id: string; tier: number }>('/v1/creators')).filter(({ tier }) => tier > 1);
  const answers = await inParallel(creators.slice(0, 12), async ({ id }) => {
    const creator = await asCreator(id);
    const open = await creator.all<{ id: string; type: string }>('/v1/redemptions?status=claimable');
    const boost = open.find(({ type }) => type === 'commission_boost');
    if (boost === undefined) return undefined;
    const headers = { 'idempotency-key': `demo-${boost.id}-${today}` };
    return creator.request('POST', `/v1/redemptions/${boost.id}/claim`, { body: { scheduledDate }, headers });
  });
  const claimed = answers.filter((answer) => answer?.status === 200).length;
  const refused = answers.filter((answer) => answer !== undefined && answer.status !== 200);
  const codes = [...new Set(refused.map((answer) => String(answer?.body['code'])))];
  print(
    `              ${claimed} boosts claimed for ${scheduledDate}` +
      (refused.length === 0 ? '' : `, ${refused.length} refused (${codes.join(', ')})`),
  );
}

/** Creators give their payment details; the brand pays what its clearing time has released. */
export async function settleBoosts(
  admin: ApiClient,
  asCreator: AsCreator,
  print: (line: string) => void,
): Promise<void> {
  const boosts = await admin.all<BoostView>('/v1/boosts');
  await inParallel(
    boosts.filter(({ status }) => status === 'pending_info'),
    async (boost) => {
      const account = `creator-${boost.creatorId.slice(-12)}@example.com`;
      const details = { method: 'paypal', account, accountConfirm: account };
      await (await asCreator(boost.creatorId)).put(`/v1/boosts/${boost.id}/payment-details`, details);
    },
  );
  const due = (await admin.all<BoostView>('/v1/boosts')).filter(({ status }) => status === 'pending_payout');
  const answers = await inParallel(due, (boost) =>
    admin.request('POST', `/v1/boosts/${boost.id}/pay`, {
      body: { transactionId: `DEMO-${boost.id.slice(-12)}` },
      headers: { 'idempotency-key': `demo-pay-${boost.id}` },
    }),
  );
  const paid = answers.filter(({ status }) => status === 200).length;
  if (due.length > 0) print(`${paid} boosts paid, ${due.length - paid} still held by the clearing time`);
}
