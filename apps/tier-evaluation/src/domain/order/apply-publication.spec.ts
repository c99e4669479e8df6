import { describe, expect, it } from '@jest/globals';
import { aProgram, CreatorHistory, day, GOLD, SILVER } from '../../../test/creator-history.ts';

const lowered = aProgram({ version: 2, publishedOn: day('2025-02-01'), thresholds: [0n, 500n, 1_500n, 3_000n] });

describe('a new program version', () => {
  it('applies the promotion rule at once, dated to the programme date', () => {
    const creator = new CreatorHistory().sync('2025-01-15', 700n).sync('2025-02-01').publish(lowered).reach();
    expect(creator.decisions).toEqual([
      expect.objectContaining({
        decidedFor: '2025-02-01',
        value: 700n,
        threshold: 500n,
        programVersion: 2,
        cause: { kind: 'program', version: 2 },
      }),
    ]);
    expect(creator.standing).toMatchObject({ tier: SILVER, window: { start: '2025-02-01', due: '2025-06-01' } });
  });

  it('ends the same whether its chunk or the creator’s next sales come first', () => {
    const chunkFirst = new CreatorHistory().sync('2025-01-15', 700n).sync('2025-02-01').publish(lowered).reach();
    const salesFirst = new CreatorHistory().sync('2025-01-15', 700n).sync('2025-02-01').publish(lowered);
    for (const creator of [chunkFirst, salesFirst]) creator.sync('2025-02-08', 800n).reach();
    expect(salesFirst.decisions).toEqual(chunkFirst.decisions);
    expect(salesFirst.standing).toEqual(chunkFirst.standing);
    expect(salesFirst.standing.tier).toBe(GOLD);
  });

  it('lets nobody fall before the own checkpoint', () => {
    const raised = aProgram({ version: 2, publishedOn: day('2025-02-01'), thresholds: [0n, 5_000n, 6_000n, 7_000n] });
    const creator = new CreatorHistory().sync('2025-01-15', 2_000n).publish(raised).reach();
    expect(creator.standing.tier).toBe(GOLD);
    creator.sync('2025-05-15');
    expect(creator.decisions.at(-1)).toMatchObject({ outcome: 'demoted', threshold: 6_000n, programVersion: 2 });
  });

  it('keeps an open window’s due date, and anchors the next one there with the new months', () => {
    const monthly = aProgram({ version: 2, publishedOn: day('2025-02-01'), checkpointMonths: 1 });
    const creator = new CreatorHistory().sync('2025-01-31', 1_000n).publish(monthly).reach();
    expect(creator.standing.window?.due).toBe('2025-05-31');
    creator.standing = { ...creator.standing, base: 9_000n };
    creator.sync('2025-02-10', 1_000n).sync('2025-06-01');
    expect(creator.standing.window).toMatchObject({
      start: '2025-05-31',
      due: '2025-06-30',
      anchor: '2025-05-31',
      number: 1,
    });
  });

  it('comes after the older sales of a creator who was parked meanwhile', () => {
    const creator = new CreatorHistory().sync('2025-01-08', 100n).publish(lowered).sync('2025-01-15', 600n);
    expect(creator.decisions).toEqual([
      expect.objectContaining({ decidedFor: '2025-01-15', cause: expect.objectContaining({ kind: 'sync' }) }),
    ]);
  });

  it('promotes nobody before the first sync', () => {
    const creator = new CreatorHistory()
      .publish(aProgram({ version: 2 }))
      .reach()
      .sync('2025-01-15', 1_000n);
    expect(creator.decisions).toHaveLength(1);
  });
});
