import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { plantedIn, PlantedTree } from './planted-tree.ts';

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
  readonly modules: readonly { readonly source: string }[];
}

const planted = plantedIn('boundaries');
const configuration = ['.dependency-cruiser.mjs', 'tsconfig.json', 'tsconfig.base.json', 'package.json'];

/** What the planted files import: it only has to exist. */
const TARGETS = [
  'apps/ingestion/src/use-cases/receive-upload.ts',
  'apps/redemption/src/main.ts',
  'apps/redemption/src/consumers/react.consumer.ts',
  'apps/redemption/src/domain/reward/reward.ts',
  'apps/redemption/src/http/redemption.controller.ts',
  'apps/redemption/src/persistence/redemption.repository.ts',
  'apps/redemption/src/use-cases/claim.ts',
  'infra/local/local-stack.ts',
  'libs/kernel/src/money.spec.ts',
  'packages/laurel-verify/src/verify.mjs',
  'libs/messaging/src/outbox/outbox.ts',
  ...['kernel', 'contracts', 'persistence', 'messaging', 'service-kit', 'testing', 'stranger'].map(
    (library) => `libs/${library}/src/index.ts`,
  ),
];
const PACKAGES = [
  '@nestjs/common',
  '@sinclair/typebox',
  'fast-check',
  'kafkajs',
  'pg',
  'rxjs',
  'typeorm',
  'undeclared',
  'undici',
];

function plantTargets(tree: PlantedTree): void {
  for (const path of TARGETS) tree.write(path, 'export {};\n');
  for (const name of PACKAGES) {
    const manifest = { name, version: '1.0.0', type: 'module', main: 'index.js', types: 'index.d.ts' };
    tree.write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
    tree.write(`node_modules/${name}/index.js`, 'export {};\n');
  }
}

describe('every boundary rule reports the import planted for it, and that one alone', () => {
  let cruise: Cruise;

  beforeAll(() => {
    using tree = new PlantedTree(configuration, planted);
    plantTargets(tree);
    const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'apps', 'libs', 'infra', 'packages'];
    cruise = JSON.parse(tree.node([program, ...args])) as Cruise;
  });

  it.each(planted)('$rule in $file', ({ rule, file }) => {
    expect(cruise.modules.map((module) => module.source)).toContain(file);
    const broken = cruise.summary.violations
      .filter(({ from }) => from === file)
      .map((violation) => violation.rule.name);
    expect([...new Set(broken)]).toEqual(rule === null ? [] : [rule]);
  });

  it('reports nothing else', () => {
    const known = new Set(planted.map(({ file }) => file));
    expect(cruise.summary.violations.filter(({ from }) => !known.has(from))).toEqual([]);
  });

  it('has a probe for every rule that is configured', () => {
    const probed = new Set(planted.map(({ rule }) => rule));
    const configured = cruise.summary.ruleSetUsed.forbidden.map(({ name }) => name);
    expect(configured.filter((name) => !probed.has(name))).toEqual([]);
  });
});
