import { describe, expect, it } from '@jest/globals';
import { missingAppFiles, PATH_RULES, pathFaults } from '../../infra/check/file-names.ts';

const BROKEN: readonly (readonly [rule: string, path: string])[] = [
  ['kebab-case-with-a-role-of-the-list', 'libs/kernel/src/calendarDate.ts'],
  ['kebab-case-with-a-role-of-the-list', 'apps/redemption/src/use-cases/claim.service.ts'],
  ['kebab-case-with-a-role-of-the-list', 'apps/redemption/src/domain/claim/claim.types.ts'],
  ['kebab-case-with-a-role-of-the-list', 'apps/redemption/src/domain/claim/claim.interface.ts'],
  ['kebab-case-with-a-role-of-the-list', 'apps/redemption/src/http/claim.dto.ts'],
  ['kebab-case-with-a-role-of-the-list', 'infra/local/stack.cjs'],
  ['no-empty-words', 'libs/shared/src/index.ts'],
  ['no-empty-words', 'libs/kernel/src/date-utils.ts'],
  ['no-empty-words', 'apps/redemption/src/domain/core/claim.ts'],
  ['role-in-its-folder', 'apps/redemption/src/use-cases/redemption.repository.ts'],
  ['role-in-its-folder', 'apps/redemption/src/domain/claim/redemption.controller.ts'],
  ['folder-holds-its-role', 'apps/redemption/src/consumers/grant-on-tier-changed.ts'],
  ['folder-holds-its-role', 'apps/redemption/src/reconcilers/backfill-chunks.ts'],
  ['closed-list-of-app-folders', 'apps/redemption/src/services/claim.ts'],
  ['closed-list-of-app-folders', 'apps/redemption/src/claim.ts'],
  ['closed-list-of-app-folders', 'apps/redemption/src/forwarding/forwarder.ts'],
  ['closed-list-of-app-folders', 'apps/gateway/src/persistence/client-table.ts'],
  ['at-most-three-below-src', 'apps/redemption/src/domain/claim/quota/limit.ts'],
  ['tests-in-their-place', 'apps/redemption/src/persistence/redemption.repository.int-spec.ts'],
  ['tests-in-their-place', 'apps/redemption/test/claim.e2e-spec.ts'],
  ['migrations-are-migrations', 'apps/redemption/src/migrations/add-claims.ts'],
];

const GOOD: readonly string[] = [
  'apps/redemption/README.md',
  'apps/redemption/src/main.ts',
  'apps/redemption/src/config.ts',
  'apps/redemption/src/redemption.module.ts',
  'apps/redemption/src/domain/claim/claim.ts',
  'apps/redemption/src/domain/claim/claim.spec.ts',
  'apps/redemption/src/domain/claim/claim.errors.ts',
  'apps/redemption/src/consumers/grant-on-tier-changed.consumer.ts',
  'apps/redemption/src/persistence/redemption.repository.ts',
  'apps/redemption/src/migrations/1790000000000-first-tables.ts',
  'apps/redemption/src/migrations/schema.sql',
  'apps/redemption/test/claim.int-spec.ts',
  'apps/gateway/src/forwarding/forwarder.ts',
  'libs/contracts/src/tier/tier-changed.v1.ts',
  'test/system/series-a.e2e-spec.ts',
  'docker-compose.yml',
];

describe('where a file stands and what it is called', () => {
  it.each(BROKEN)('%s: %s', (rule, path) => {
    expect(pathFaults([path]).map((fault) => fault.rule)).toEqual([rule]);
  });

  it.each(GOOD)('allows %s', (path) => {
    expect(pathFaults([path])).toEqual([]);
  });

  it('has a probe for every rule', () => {
    expect(Object.keys(PATH_RULES).toSorted()).toEqual([...new Set(BROKEN.map(([rule]) => rule))].toSorted());
  });

  it('misses an app’s README, module, config and main', () => {
    const app = ['README.md', 'src/main.ts', 'src/config.ts', 'src/redemption.module.ts'].map(
      (file) => `apps/redemption/${file}`,
    );
    expect(missingAppFiles(app)).toEqual([]);
    for (const gone of app) {
      expect(missingAppFiles(app.filter((path) => path !== gone)).map((fault) => fault.place)).toEqual([gone]);
    }
  });
});
