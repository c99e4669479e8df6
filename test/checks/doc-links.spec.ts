import { describe, expect, it } from '@jest/globals';
import { brokenReferences } from '../../infra/check/doc-links.ts';

const present = new Set(['docs/domain.md', 'docs/adr', 'libs/kernel/src/money.ts']);
const broken = (text: string) =>
  brokenReferences('docs/architecture.md', text, (path) => present.has(path)).map(({ message }) => message);

describe('what a document refers to', () => {
  it('is there, linked from where the document stands or named from the root', () => {
    expect(
      broken('[rules](domain.md#4-tiers), [why](adr), `libs/kernel/src/money.ts`, [out](https://example.com/x)'),
    ).toEqual([]);
  });

  it('is missed when it is gone', () => {
    expect(broken('[rules](rules.md) and `libs/kernel/src/coins.ts`')).toEqual([
      'there is no docs/rules.md',
      'there is no libs/kernel/src/coins.ts',
    ]);
  });
});
