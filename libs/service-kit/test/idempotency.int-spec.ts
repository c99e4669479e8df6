import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LaurelError, ProgrammeDateAdvancedV1 } from '#libs/contracts';
import { asId, type ClientId } from '#libs/kernel';
import { keyOf, Outbox } from '#libs/messaging';
import { sql, type TenantTransaction } from '#libs/persistence';
import { createTestDatabase, type TestDatabase } from '#libs/testing';
import { Answer, answer, Idempotency, NIL_CLIENT, type IdempotentCall } from '../src/index.ts';

const A = asId<ClientId>('00000000-0000-4000-8000-00000000000a');
const B = asId<ClientId>('00000000-0000-4000-8000-00000000000b');

let database: TestDatabase;
let idempotency: Idempotency;
let keys = 0;

beforeAll(async () => {
  database = await createTestDatabase('redemption');
  idempotency = new Idempotency(database.database('redemption'), 'redemption');
});
afterAll(() => database.drop());

function call(change: Partial<IdempotentCall> = {}): IdempotentCall {
  return { clientId: A, subject: 'admin:a', key: `key-${++keys}`, route: 'POST /v1/things', body: { n: 1 }, ...change };
}

/** Work whose effect can be counted, answering how often it has been done. */
function counted(made: (times: number) => Answer = (times) => answer(201, { times })) {
  let times = 0;
  return { work: () => Promise.resolve(made(++times)), times: () => times };
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof LaurelError) return error.code;
    throw error;
  }
  return 'none';
}

describe('a repeated request', () => {
  it('is given the first answer, and has no effect', async () => {
    const { work, times } = counted((n) =>
      answer(201, { id: n, note: 'Ömer', none: null }, { Location: '/v1/things/1' }),
    );
    const first = call();
    const made = await idempotency.run(first, [], work);
    expect(await idempotency.run(first, [], work)).toEqual(made);
    expect(await idempotency.run({ ...first, body: { n: 1 } }, [], work)).toEqual(made);
    expect(times()).toBe(1);
  });

  it('is the same whatever the order of the body’s members', async () => {
    const { work, times } = counted();
    const first = call({ body: { a: 1, b: { c: [1, { d: 2, e: 3 }] } } });
    await idempotency.run(first, [], work);
    await idempotency.run({ ...first, body: { b: { c: [1, { e: 3, d: 2 }] }, a: 1 } }, [], work);
    expect(times()).toBe(1);
  });

  it.each<[string, Partial<IdempotentCall>]>([
    ['body', { body: { n: 2 } }],
    ['order of a list', { body: { n: [2, 1] } }],
    ['route', { route: 'POST /v1/things/1' }],
  ])('with another %s is refused', async (_, change) => {
    const { work, times } = counted();
    const first = call({ body: { n: [1, 2] } });
    await idempotency.run(first, [], work);
    expect(await codeOf(idempotency.run({ ...first, ...change }, [], work))).toBe('idempotency.key_reused');
    expect(times()).toBe(1);
  });

  it.each<[string, Partial<IdempotentCall>]>([
    ['client', { clientId: B }],
    ['caller of the client', { subject: 'admin:b' }],
    ['operator, of no client', { clientId: NIL_CLIENT, subject: 'operator:o' }],
  ])('of another %s is another request', async (_, change) => {
    const { work } = counted();
    const first = call();
    expect((await idempotency.run(first, [], work)).body).toEqual({ times: 1 });
    expect((await idempotency.run({ ...first, ...change }, [], work)).body).toEqual({ times: 2 });
  });

  it('may try again after an error: nothing of it was kept', async () => {
    const first = call();
    const failing = () => Promise.reject(new LaurelError('programme.not_started', 'not yet'));
    expect(await codeOf(idempotency.run(first, [], failing))).toBe('programme.not_started');
    expect((await idempotency.run(first, [], counted().work)).body).toEqual({ times: 1 });
  });

  it('may try again after an answer that is no success', async () => {
    const { work } = counted((n) => answer(n === 1 ? 409 : 200, { n }));
    const first = call();
    expect((await idempotency.run(first, [], work)).status).toBe(409);
    expect((await idempotency.run(first, [], work)).body).toEqual({ n: 2 });
    expect((await idempotency.run(first, [], work)).body).toEqual({ n: 2 });
  });

  it.each([undefined, '', 'a b', 'x'.repeat(201)])('needs a key that is one: %p', async (key) => {
    expect(await codeOf(idempotency.run(call({ key }), [], counted().work))).toBe('idempotency.key_required');
  });
});

describe('requests at once', () => {
  it('have one effect: the others are told that it is in flight, or get its answer', async () => {
    const first = call();
    const { work, times } = counted();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () =>
        idempotency.run(first, [], work).then(
          (made) => JSON.stringify(made.body),
          (error: unknown) => (error as LaurelError).code,
        ),
      ),
    );
    expect(times()).toBe(1);
    expect(new Set(outcomes).has('{"times":1}')).toBe(true);
    expect(outcomes.every((outcome) => outcome === '{"times":1}' || outcome === 'idempotency.in_flight')).toBe(true);
  });

  it('are told while the first is at work, and answered once it is through', async () => {
    const first = call();
    let finish: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const atWork = new Promise<void>((resolve) => (begun = resolve));
    const slow = async () => {
      begun();
      await new Promise<void>((resolve) => (finish = resolve));
      return answer(200, { slow: true });
    };
    const running = idempotency.run(first, [], slow);
    await atWork;
    expect(await codeOf(idempotency.run(first, [], slow))).toBe('idempotency.in_flight');
    finish();
    await running;
    expect((await idempotency.run(first, [], slow)).body).toEqual({ slow: true });
  });
});

describe('the effect', () => {
  const outbox = new Outbox('redemption', 'laurel/redemption');
  const append = (tx: TenantTransaction) =>
    outbox.append(tx, [
      {
        definition: ProgrammeDateAdvancedV1,
        clientId: A,
        aggregateId: A,
        subject: A,
        aggregateVersion: 1,
        data: { programmeDate: '2026-03-02' } as never,
      },
    ]);

  async function published(): Promise<number> {
    return database.asAdmin(async (tx) =>
      Number((await tx.one<{ n: string }>(sql`SELECT count(*) AS n FROM redemption.outbox`)).n),
    );
  }

  it('may append events whose lanes it named, in the transaction of the answer', async () => {
    const first = call();
    const work = async (tx: TenantTransaction) => {
      await append(tx);
      return answer(200, {});
    };
    await idempotency.run(first, [keyOf(A, A)], work);
    await idempotency.run(first, [keyOf(A, A)], work);
    expect(await published()).toBe(1);
    await expect(idempotency.run(call(), [], work)).rejects.toThrow('lane');
    expect(await published()).toBe(1);
  });

  it('of an operator may enter the tenant that it makes; the answer stays the operator’s', async () => {
    const first = call({ clientId: NIL_CLIENT, subject: 'operator:o' });
    const made = await idempotency.run(first, [keyOf(B, B)], async (tx) => {
      await tx.enterTenant(B);
      return answer(201, { id: B });
    });
    expect(await idempotency.run(first, [keyOf(B, B)], counted().work)).toEqual(made);
  });
});
