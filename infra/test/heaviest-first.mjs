import { statSync } from 'node:fs';
import { GROUPS } from './spec-groups.mjs';

/** Jest knows how long a file takes from the run before; on a fresh clone groups say it by their names, others by size. */
export default class HeaviestFirst {
  sort(tests) {
    const weighed = [...tests].map((test) => ({ test, bytes: statSync(test.path).size }));
    return weighed
      .sort((a, b) => (isGroup(a.test) ? (a.test.path < b.test.path ? -1 : 1) : b.bytes - a.bytes))
      .map(({ test }) => test);
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

function isGroup({ path }) {
  return path.includes(GROUPS);
}
