import { eventually, measureMemory, type RunningService } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpClient, openHttpWorld, type AnswerBody, type HttpWorld, type SentBody } from './http-world.ts';
import { csvOf, type CsvLine } from './ingestion-world.ts';

const HEADER = csvOf();
const LARGEST = 10n ** 12n;

let world: HttpWorld;
let service: RunningService;
let client: HttpClient;

beforeAll(async () => {
  world = await openHttpWorld();
  service = await world.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  client = await HttpClient.create(world);
});

async function published(body: SentBody, businessDate = '2026-01-05'): Promise<AnswerBody> {
  const answer = await client.upload(service, businessDate, body);
  expect(answer.status).toBe(202);
  return client.until(service, answer.body.id, 'published');
}

async function quarantineOf(sync: AnswerBody): Promise<NonNullable<AnswerBody['data']>> {
  const { body } = await client.get(service, `/v1/syncs/${sync.id}/quarantine?limit=200`);
  return body.data ?? [];
}

const figures = {
  views: 0,
  likes: 0,
  comments: 0,
  gmv: '0',
  ctr: '',
  units: 0,
  postDate: '2026-01-01',
  title: 'a title',
  handle: 'ana',
};

/** A row whose cells stand in the file as they are given. */
function row(index: number, given: Partial<Record<keyof typeof figures, string | number | bigint>>): string {
  const { handle, views, likes, comments, gmv, ctr, units, postDate, title } = { ...figures, ...given };
  const counts = `${views},${likes},${comments},${gmv},${ctr},${units}`;
  return `${handle},https://tiktok.com/v/${index},${counts},${postDate},${title}\n`;
}

describe('a row', () => {
  it.each<[string, string, bigint | number | string, bigint | number | string]>([
    ['views', 'Views', LARGEST, LARGEST + 1n],
    ['likes', 'Likes', '"1,000,000,000,000"', '"1,000,000,000,001"'],
    ['comments', 'Comments', 0, -1],
    ['units', 'Units Sold', LARGEST, LARGEST + 1n],
    ['units', 'Units Sold', -LARGEST, -LARGEST - 1n],
    ['gmv', 'GMV', '10000000000.00', '10000000000.01'],
    ['gmv', 'GMV', '"-$10,000,000,000"', '-10000000000.01'],
    ['gmv', 'GMV', '9223372036.85', '9223372036854775807'],
    ['gmv', 'GMV', '0.01', '0.001'],
    ['ctr', 'CTR', '100%', 'all'],
    ['ctr', 'CTR', ' 0.001 % ', '1.5%%'],
    ['postDate', 'Post Date', '2026-01-05', '2026-01-06'],
    ['postDate', 'Post Date', '2024-02-29', '2025-02-29'],
    ['postDate', 'Post Date', '0001-01-01', '0000-12-31'],
    ['title', 'Video Title', '🧴'.repeat(2_200), '🧴'.repeat(2_201)],
    ['handle', 'Handle', 'a'.repeat(30), 'a'.repeat(31)],
  ])('with %s (%s) counts at the limit and is quarantined beyond it', async (name, column, most, beyond) => {
    const file = HEADER + row(1, { [name]: most }) + row(2, { [name]: beyond });
    const sync = await published(file);
    expect(sync['manifest']).toMatchObject({ rows: 2, accepted: 1, quarantined: 1 });
    expect(await quarantineOf(sync)).toMatchObject([{ line: 3, column, raw: file.split('\n')[2] }]);
  });

  it('at every limit at once adds up, and comes back as it was', async () => {
    const rows = Array.from({ length: 50 }, (_, index) =>
      row(index, { views: LARGEST, likes: LARGEST, comments: LARGEST, units: LARGEST, gmv: '10000000000.00' }),
    );
    const sync = await published(HEADER + rows.join(''));
    expect(sync['manifest']).toMatchObject({
      gmvAfter: { amount: '500000000000.00', currency: 'USD' },
      unitsAfter: 50_000_000_000_000,
    });
    const lower = rows.map((text) => text.replace('10000000000.00', '-10000000000.00'));
    const { body } = await client.upload(service, '2026-01-12', HEADER + lower.join(''));
    const held = await client.until(service, body.id, 'held');
    expect(held['manifest']).toMatchObject({ gmvAfter: { amount: '-500000000000.00' } });
  });

  it('of 100,000 fields is quarantined with its line, and the others count', async () => {
    const memory = measureMemory(service.pid);
    const sync = await published(`${HEADER}${row(1, {})}${'x,'.repeat(99_999)}x\n${row(2, {})}`);
    expect(sync['manifest']).toMatchObject({ rows: 3, accepted: 2, quarantined: 1 });
    const [kept] = await quarantineOf(sync);
    expect(kept).toMatchObject({ line: 3, column: null, reason: 'columns' });
    expect(kept?.raw).toHaveLength(199_999);
    expect(memory.peakMb()).toBeLessThan(350);
  });

  it('keeps emoji, right-to-left and combining characters byte for byte', async () => {
    const titles = [
      '👩🏽‍🚀🧴',
      'مرحبا بالعالم',
      'שלום \u202Eabc\u202C',
      'Cafe\u0301 n\u0303',
      'Z͑ͫ̓a̴l͜g̕o',
      '\u200B\u2028\u{10FFFF}',
    ];
    const file = `\uFEFF${HEADER}${titles.map((title, index) => row(index, { title, views: 'many' })).join('')}`;
    const sync = await published(file);
    const raws = file.slice(1).trimEnd().split('\n').slice(1);
    expect((await quarantineOf(sync)).map(({ raw }) => raw)).toEqual(raws);
    const { text } = await client.get(service, `/v1/syncs/${sync.id}/quarantine`, { accept: 'text/csv' });
    for (const raw of raws) expect(text).toContain(`Views,count,"${raw}"\r\n`);
    const counted = await published(
      HEADER + titles.map((title, index) => row(index, { title })).join(''),
      '2026-01-06',
    );
    expect(counted['manifest']).toMatchObject({ accepted: titles.length });
  });

  it('that would be a formula in a spreadsheet comes back neutralised', async () => {
    const formulas = ['=HYPERLINK("http://evil")', '+1+cmd', '-2+3', '@SUM(A1)', '＝1+1', ' =1+1'];
    const sync = await published(
      HEADER + formulas.map((handle, index) => row(index, { handle: quoted(handle) })).join(''),
    );
    const { text } = await client.get(service, `/v1/syncs/${sync.id}/quarantine`, { accept: 'text/csv' });
    const cells = text
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.replace(/^\d+,Handle,handle,/, ''));
    expect(cells).toHaveLength(formulas.length);
    for (const cell of cells) expect(cell.replace(/^"/, '')).toMatch(/^(?:'|"")/);
  });

  it('under a header of another case and order is read all the same', async () => {
    const file = ' video title ,POST DATE,units sold,ctr,gmv,COMMENTS,likes,views,"VIDEO",handle\n';
    const sync = await published(`${file}t,2026-01-01,3,,1.00,0,0,0,https://tiktok.com/v/1,ana\n`);
    expect(sync['manifest']).toMatchObject({ accepted: 1, unitsAfter: 3, gmvAfter: { amount: '1.00' } });
  });
});

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('a held sync', () => {
  const lines = (gmv: string): CsvLine[] =>
    Array.from({ length: 24 }, (_, video) => ({ handle: `h${video}`, video, gmv }));

  it('answers with the rules, their numbers and the ten creators that fall most, and is named to the next upload', async () => {
    await published(csvOf(...lines('100.00')));
    const fallen = lines('100.00').map((line, index) => ({ ...line, gmv: `${10 + index}.00` }));
    const { body } = await client.upload(service, '2026-01-12', csvOf(...fallen));
    const held = await client.until(service, body.id, 'held');
    const usd = (amount: string) => ({ amount, currency: 'USD' });
    expect(held['hold']).toMatchObject({
      reasons: [
        { rule: 'total_gmv', gmvBefore: usd('2400.00'), gmvAfter: usd('516.00'), limitPercent: 20 },
        { rule: 'creators', creatorsBefore: 24, creatorsFalling: 24, limitPercent: 10 },
      ],
      falling: Array.from({ length: 10 }, (_, index) => ({
        handle: `h${index}`,
        gmvBefore: usd('100.00'),
        gmvAfter: usd(`${10 + index}.00`),
        gmvChange: usd(`${index - 90}.00`),
      })),
    });
    const refused = await client.upload(service, '2026-01-12', csvOf(...lines('1.00')));
    expect(refused).toMatchObject({
      status: 409,
      headers: { location: `/v1/syncs/${held.id}` },
      body: { code: 'sync.held', syncId: held.id, detail: expect.stringContaining(String(held.id)) },
    });
    expect((await client.post(service, `/v1/syncs/${held.id}/discard`)).status).toBe(202);
    const after = await client.upload(service, '2026-01-12', csvOf(...lines('100.00')));
    expect(await client.until(service, after.body.id, 'published')).toMatchObject({ manifest: { unchanged: 24 } });
    expect(await client.syncs()).toMatchObject([{}, { status: 'discarded' }, { status: 'published' }]);
  });
});

describe('the same file sent at the same instant', () => {
  it('is one sync: whoever comes second is told of the first', async () => {
    const file = csvOf(...Array.from({ length: 3_000 }, (_, video) => ({ handle: `h${video}`, video })));
    const answers = await Promise.all([1, 2, 3, 4].map(() => client.upload(service, '2026-01-05', file)));
    const [sync] = await client.syncs();
    expect(await client.syncs()).toHaveLength(1);
    const first = answers.filter(({ status }) => status === 202);
    expect(first).toHaveLength(1);
    for (const { status, headers, body } of answers) {
      expect(headers['location']).toBe(`/v1/syncs/${sync?.sync_id}`);
      if (status === 409) expect([body.code, headers['retry-after']]).toEqual(['sync.in_progress', '1']);
      else expect([200, 202]).toContain(status);
    }
    await eventually(async () => (await client.syncs())[0]?.status === 'published');
  });
});
