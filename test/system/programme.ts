import { expect } from '@jest/globals';
import { eventually } from '#libs/testing';
import type { SampleCreator, SampleStanding, SampleSync } from '../data/samples.ts';
import { inParallel, type ApiClient } from '../../infra/demo/api-client.ts';
import type { RunningLaurel } from './running-laurel.ts';

export interface SyncView {
  readonly id: string;
  readonly businessDate: string;
  readonly status: string;
  readonly error: unknown;
  readonly manifest: Record<string, number | { amount: string }> | null;
}

export interface CreatorView {
  readonly id: string;
  readonly handle: string;
  readonly tier: number;
}

const COUNTS = [
  'rows',
  'accepted',
  'unchanged',
  'duplicate',
  'quarantined',
  'newCreators',
  'newVideos',
  'creatorsMoved',
];

/** One client of a running Laurel, with its program, as its admin sees it. */
export class Programme {
  readonly clientId: string;
  readonly admin: ApiClient;
  readonly laurel: RunningLaurel;

  private constructor(laurel: RunningLaurel, clientId: string, admin: ApiClient) {
    this.laurel = laurel;
    this.clientId = clientId;
    this.admin = admin;
  }

  static async create(laurel: RunningLaurel, slug: string, program: unknown): Promise<Programme> {
    const operator = await laurel.operator();
    const { id } = await operator.post<{ id: string }>('/v1/clients', { name: slug, slug });
    const admin = await laurel.admin(id);
    await admin.put('/v1/program', program);
    return new Programme(laurel, id, admin);
  }

  /** Uploads a file, again while another sync of the client is not published yet. */
  async upload(businessDate: string, csv: Buffer): Promise<SyncView> {
    return eventually(
      async () => {
        const answer = await this.admin.upload<SyncView & { code?: string }>(businessDate, csv);
        if (answer.status === 409 && answer.body.code === 'sync.in_progress') return undefined;
        if (answer.status === 503) return undefined;
        if (answer.status >= 300) throw new Error(`upload: ${answer.status} ${JSON.stringify(answer.body)}`);
        return answer.body;
      },
      { timeoutMs: 60_000 },
    );
  }

  async untilStatus(id: string, ...statuses: string[]): Promise<SyncView> {
    return eventually(
      async () => {
        const sync = await this.admin.get<SyncView>(`/v1/syncs/${id}`);
        if (sync.status === 'failed') throw new Error(`sync failed: ${JSON.stringify(sync.error)}`);
        return statuses.includes(sync.status) ? sync : undefined;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Every number of the sync's manifest and every reason of its quarantine. */
  async expectSync(sync: SyncView, expected: SampleSync): Promise<void> {
    const manifest = sync.manifest ?? {};
    const counted = Object.fromEntries(COUNTS.map((name) => [name, manifest[name]]));
    const gmvAfter = manifest['gmvAfter'] as { amount: string };
    expect({
      businessDate: sync.businessDate,
      ...counted,
      gmvAfter: minorOf(gmvAfter.amount),
      unitsAfter: manifest['unitsAfter'],
      reasons: await this.#quarantineReasons(sync.id),
    }).toEqual({
      businessDate: expected.businessDate,
      ...Object.fromEntries(COUNTS.map((name) => [name, expected[name]])),
      gmvAfter: expected.gmvAfter,
      unitsAfter: expected.unitsAfter,
      reasons: expected.reasons,
    });
  }

  async #quarantineReasons(id: string): Promise<Record<string, number>> {
    const reasons: Record<string, number> = {};
    for (const row of await this.admin.all<{ column: string | null; reason: string }>(`/v1/syncs/${id}/quarantine`)) {
      const reason = reasonOf(row);
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
    return reasons;
  }

  creators(): Promise<CreatorView[]> {
    return this.admin.all<CreatorView>('/v1/creators');
  }

  /** Tier, window, figures and every decision row, in order, of every creator. */
  expectCreators(expected: Record<string, SampleCreator>): Promise<void> {
    return this.#expectEach(expected, async (creator) => {
      const [standing, sales] = await Promise.all([
        this.#standingOf(creator),
        this.admin.all<{ gmv: { amount: string }; units: number }>(`/v1/creators/${creator.id}/sales`),
      ]);
      return {
        ...standing,
        gmv: sales.reduce((sum, day) => sum + minorOf(day.gmv.amount), 0),
        units: sales.reduce((sum, day) => sum + day.units, 0),
      };
    });
  }

  /** The same but for what was sold. */
  expectStandings(expected: Record<string, SampleStanding>): Promise<void> {
    return this.#expectEach(expected, (creator) => this.#standingOf(creator));
  }

  async #expectEach<T>(expected: Record<string, T>, read: (creator: CreatorView) => Promise<T>): Promise<void> {
    const creators = await this.creators();
    expect(creators.map((creator) => creator.handle).sort()).toEqual(Object.keys(expected).sort());
    const found = await inParallel(creators, async (creator) => [creator.handle, await read(creator)] as const);
    expect(Object.fromEntries(found)).toEqual(expected);
  }

  /** Everybody's first decision is a promotion, so who has no tier version has no decisions to ask for. */
  async #standingOf(creator: CreatorView): Promise<SampleStanding> {
    const path = `/v1/creators/${creator.id}`;
    const tier = await this.admin.get<Record<string, unknown>>(`${path}/tier`);
    const decisions =
      tier['tierVersion'] === 0 ? [] : await this.admin.all<Record<string, unknown>>(`${path}/decisions`);
    expect(creator.tier).toBe(tier['tier']);
    return {
      tier: tier['tier'] as number,
      tierVersion: tier['tierVersion'] as number,
      windowStart: tier['windowStart'] as string | null,
      dueDate: tier['dueDate'] as string | null,
      lifetime: minorOf(tier['lifetimeValue'] as string),
      base: minorOf(tier['base'] as string),
      opening: minorOf(tier['opening'] as string),
      decisions: decisions.map(decisionRow),
    };
  }
}

function decisionRow(row: Record<string, unknown>): Record<string, unknown> {
  const { kind, decidedFor, windowStart, dueDate, value, threshold, tierBefore, tierAfter, outcome } = row;
  return {
    kind,
    decidedFor,
    windowStart,
    dueDate,
    value: minorOf(value as string),
    threshold: minorOf(threshold as string),
    tierBefore,
    tierAfter,
    outcome,
  };
}

/** `-12.34` is -1234: the samples' programs are in USD. */
export function minorOf(amount: string): number {
  return Number(amount.replace('.', ''));
}

/** The samples name a fault by the kind of column; the API by the column's own name. */
function reasonOf(row: { column: string | null; reason: string }): string {
  const counts = ['Views', 'Likes', 'Comments', 'Units Sold'];
  if (row.reason === 'columns' || row.reason === 'owner_changed') return row.reason;
  if (row.column !== null && counts.includes(row.column)) return 'count';
  return row.column === 'Video Title' ? 'title' : (row.column ?? '').toLowerCase();
}
