import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alone, inWords, type ClientHistory } from './histories/client-history.ts';
import { clientHistory, KINDS } from './histories/draw-histories.ts';
import { asText, type Outcome } from './histories/outcome.ts';
import { playByRules } from './histories/play-by-rules.ts';
import { playOnPostgres } from './histories/play-on-postgres.ts';
import { DEFECTS, Reference } from './histories/reference.ts';
import { shrink } from './histories/shrink.ts';
import { timelineOf } from './histories/timeline.ts';
import { startServiceUnderTest, type ServiceUnderTest } from './service-under-test.ts';

const SEED = Number(process.env['LAUREL_SEED'] ?? Date.now() % 1_000_000);
const CREATORS = 200;
/** Clients that are played side by side. */
const AT_ONCE = 3;
const MOST_TRIALS = 200;

interface Played {
  readonly history: ClientHistory;
  readonly creator: number;
  readonly outcome: Outcome | undefined;
}

let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.close());

describe(`random histories, seeded with ${SEED}`, () => {
  const played: Played[] = [];

  it('of 2,000 creators end on Postgres as they do by the rules one by one, and by an independent reference', async () => {
    const waiting = [...KINDS.entries()];
    const results: Played[][] = [];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, kind] = next;
        const [history] = fc.sample(clientHistory(kind, CREATORS), { numRuns: 1, seed: SEED + index });
        results[index] = await play(history as ClientHistory);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    played.push(...results.flat());
    expect(played).toHaveLength(2_000);
  }, 300_000);

  it('have in them what rules can be wrong about', () => {
    const decisions = played.flatMap(({ outcome }) => outcome?.decisions ?? []);
    const adjustments = played.flatMap(({ outcome }) => outcome?.adjustments ?? []);
    const refused = adjustments.filter((adjustment) => adjustment === 'refused').length;
    expect(refused).toBeGreaterThan(300);
    expect(adjustments.length - refused).toBeGreaterThan(1_000);
    for (const of of [
      'demoted',
      'maintained',
      'checkpoint .*promoted',
      'by adjustment',
      '-02-29\\)',
      '-\\d\\d-31, .*-30\\)',
    ])
      expect([of, decisions.some((decision) => new RegExp(of).test(decision))]).toEqual([of, true]);
  });

  it.each(DEFECTS)('would show the defect: %s', (defect) => {
    const first = played.findIndex(
      ({ history, creator, outcome }) =>
        asText(Reference.outcome(alone(history, creator), 0, defect)) !== asText(outcome),
    );
    console.info(`seed ${SEED}: ${defect} is found by history ${first + 1}`);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(played.length / 2);
  });
});

/** All creators of a client at once on Postgres, each alone by the rules and by the reference. */
async function play(history: ClientHistory): Promise<Played[]> {
  const happenings = timelineOf(history);
  const outcomes = await playOnPostgres(service, history, happenings);
  for (const [creator, outcome] of outcomes.entries()) {
    const byRules = asText(playByRules(history, happenings, creator));
    const byReference = asText(Reference.outcome(alone(history, creator), 0));
    if (byReference !== byRules) await showShortest(alone(history, creator), rulesAndReference, MOST_TRIALS * 20);
    if (asText(outcome) === byRules) continue;
    await showShortest(alone(history, creator), rulesAndPostgres, MOST_TRIALS);
    expect({ inCompany: asText(outcome), creator }).toEqual({ inCompany: byRules, creator });
  }
  return outcomes.map((outcome, creator) => ({ history, creator, outcome }));
}

type TwoAnswers = (history: ClientHistory) => Promise<readonly [string, string]>;

const rulesAndReference: TwoAnswers = (history) =>
  Promise.resolve([asText(playByRules(history, timelineOf(history), 0)), asText(Reference.outcome(history, 0))]);

const rulesAndPostgres: TwoAnswers = async (history) => {
  const happenings = timelineOf(history);
  const [outcome] = await playOnPostgres(service, history, happenings);
  return [asText(playByRules(history, happenings, 0)), asText(outcome)];
};

/** Fails with the shortest history of one creator in which the two still differ; passes if they agree on the whole one. */
async function showShortest(history: ClientHistory, answers: TwoAnswers, trials: number): Promise<void> {
  const differ = async (smaller: ClientHistory): Promise<boolean> => {
    const [one, other] = await answers(smaller);
    return one !== other;
  };
  if (!(await differ(history))) return;
  const shortest = await shrink(history, differ, trials);
  const [byRules, other] = await answers(shortest);
  const parts = [`seed ${SEED}: the shortest history that shows it`, inWords(shortest), 'by the rules', byRules];
  throw new Error([...parts, 'and not', other].join('\n'));
}
