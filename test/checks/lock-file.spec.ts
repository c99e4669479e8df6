import { describe, expect, it } from '@jest/globals';
import { unlockedDependencies, type LockFile } from '../../infra/check/lock-file.ts';

const lock: LockFile = {
  packages: {
    '': { dependencies: { parser: '1.0.0' } },
    'node_modules/parser': {
      optionalDependencies: { 'parser-linux': '1.0.0', 'parser-mars': '1.0.0' },
      dependencies: { base: '1' },
    },
    'node_modules/parser/node_modules/base': { dependencies: { parser: '*' } },
    'node_modules/parser-linux': {},
  },
};

describe('the lock file', () => {
  it('misses a platform’s package that the registry did not have', () => {
    expect(unlockedDependencies(lock).map(({ message }) => message)).toEqual([
      'node_modules/parser wants parser-mars, which is not locked: pin a version whose platforms exist',
    ]);
  });

  it('finds what is locked beside or above', () => {
    const complete = { packages: { ...lock.packages, 'node_modules/parser-mars': {} } };
    expect(unlockedDependencies(complete)).toEqual([]);
  });
});
