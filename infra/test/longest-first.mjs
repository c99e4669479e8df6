import { statSync } from 'node:fs';

/** Files that run for twenty seconds and more, the longest first: one that begins last leaves the other cores idle. */
const LONGEST = [
  'backfill-processes',
  'killed-consumer',
  'crash-anywhere',
  'random-histories',
  'keys',
  'open-row',
  'process',
  'runner-faults',
];

/** Jest knows how long a file takes from the run before; on a fresh clone it goes by sizes, which say nothing of waits. */
export default class LongestFirst {
  sort(tests) {
    const ranked = [...tests].map((test) => ({ test, rank: rankOf(test.path), bytes: statSync(test.path).size }));
    return ranked.sort((a, b) => a.rank - b.rank || b.bytes - a.bytes).map(({ test }) => test);
  }

  shard(tests, { shardIndex, shardCount }) {
    const inOrder = [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
    return inOrder.filter((_, index) => index % shardCount === shardIndex - 1);
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

function rankOf(path) {
  const name = path.slice(path.lastIndexOf('/') + 1, -'.int-spec.ts'.length);
  const rank = LONGEST.indexOf(name);
  return path.endsWith('.int-spec.ts') && rank >= 0 ? rank : LONGEST.length;
}
