import { relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { plantedIn, PlantedTree } from './planted-tree.ts';

interface FileResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const planted = plantedIn('lint');
const configuration = [
  'eslint.config.mjs',
  'infra/check/house-rules.ts',
  'tsconfig.json',
  'tsconfig.base.json',
  'package.json',
];
const LIST_RULES = `
  const { default: blocks } = await import('./eslint.config.mjs');
  const rules = blocks.flatMap((block) => Object.entries(block.rules ?? {}));
  console.log(JSON.stringify(rules.filter(([, level]) => level !== 'off').map(([name]) => name)));`;

describe('every lint rule reports the violation planted for it, and that one alone', () => {
  const reported = new Map<string, string[]>();
  let configured: string[] = [];

  beforeAll(() => {
    using tree = new PlantedTree(configuration, planted);
    tree.linkNodeModules();
    const root = tree.root;
    configured = JSON.parse(tree.node(['--no-warnings', '--input-type=module', '-e', LIST_RULES])) as string[];
    const eslint = resolve('node_modules/eslint/bin/eslint.js');
    const results = JSON.parse(tree.node([eslint, '--format', 'json', 'apps', 'libs'])) as FileResult[];
    for (const { filePath, messages } of results) {
      reported.set(
        relative(root, filePath),
        messages.map(({ ruleId, message }) => ruleId ?? message),
      );
    }
  });

  it.each(planted)('$rule in $file', ({ rule, file }) => {
    const rules = reported.get(file) ?? ['was not looked at'];
    expect([...new Set(rules)]).toEqual(rule === null ? [] : [rule]);
  });

  it('has a probe for every rule that is configured', () => {
    const probed = new Set(planted.map(({ rule }) => rule));
    expect([...new Set(configured)].filter((rule) => !probed.has(rule))).toEqual([]);
  });
});
