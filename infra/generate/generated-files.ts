import { globSync, readFileSync } from 'node:fs';
import * as contracts from '#libs/contracts';
import { asyncApi } from './asyncapi.ts';
import { eventPages, type ConsumerName } from './event-pages.ts';

/** Everything under docs/ that is made from the code, by path. The check compares, `npm run generate` writes. */
export function generatedDocs(): ReadonlyMap<string, string> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return new Map([
    ['docs/asyncapi.json', `${JSON.stringify(asyncApi(version), null, 2)}\n`],
    ...eventPages(declaredConsumers()),
  ]);
}

const DECLARATION = /@Consumes\(\s*(\w+),\s*\{\s*name:\s*'([^']+)'/g;

/** Read from the source: to import a consumer would be to import its whole service. */
function declaredConsumers(): ConsumerName[] {
  const exported = contracts as unknown as Record<string, { type?: string } | undefined>;
  return globSync('{apps,libs}/*/src/**/*.consumer.ts')
    .toSorted()
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(DECLARATION)])
    .map(([, event, name]) => ({ event: exported[event ?? '']?.type ?? '', name: name ?? '' }));
}
