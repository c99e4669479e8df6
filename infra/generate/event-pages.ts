import { CATALOGUE, type EventNature } from '#libs/contracts';
import { contractOf, frozenPath } from './contract-files.ts';
import type { JsonSchema } from '../check/frozen-contracts.ts';

/** Who listens to what: `{ event: 'laurel.tier.changed.v1', name: 'redemption.grant-on-tier-changed' }`. */
export interface ConsumerName {
  readonly event: string;
  readonly name: string;
}

type Released = (typeof CATALOGUE)[number];

const NATURE: Readonly<Record<EventNature, string>> = {
  state: 'the whole state of its subject at this version; a stale one changes nothing',
  difference: 'only meaningful on top of the version before; a gap parks the key',
  fact: 'stands alone; claimed once, by its id',
};

/** docs/events: an index of all events and a page for each. */
export function eventPages(consumers: readonly ConsumerName[]): ReadonlyMap<string, string> {
  return new Map([
    ['docs/events/README.md', index(consumers)],
    ...CATALOGUE.map((released): [string, string] => [pagePath(released.event.type), page(released, consumers)]),
  ]);
}

function pagePath(type: string): string {
  return `docs/events/${type}.md`;
}

function consumersOf(type: string, consumers: readonly ConsumerName[]): string[] {
  return consumers.filter(({ event }) => event === type).map(({ name }) => name);
}

function index(consumers: readonly ConsumerName[]): string {
  const rows = CATALOGUE.map(({ publisher, event }) => {
    const readers = consumersOf(event.type, consumers).map((name) => `\`${name}\``);
    return `| [${event.type}](${event.type}.md) | ${publisher} | ${event.nature} | ${readers.join(', ') || '-'} |`;
  });
  return [
    '# Events',
    '',
    'Generated from libs/contracts by `npm run generate`. AsyncAPI 3: [asyncapi.json](../asyncapi.json).',
    '',
    '| event | published by | nature | consumed by |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function page({ publisher, event }: Released, consumers: readonly ConsumerName[]): string {
  const readers = consumersOf(event.type, consumers).map((name) => `\`${name}\``);
  return [
    `# ${event.type}`,
    '',
    event.description,
    '',
    `- topic: \`${event.topic}\`, published by ${publisher}`,
    `- nature: ${event.nature}: ${NATURE[event.nature]}`,
    ...(event.countedBySync ? ['- counted: `sync.completed` says how many of these its sync has published'] : []),
    `- consumed by: ${readers.join(', ') || 'no service of ours'}`,
    `- frozen schema: [${event.type}.json](../../${frozenPath(event.type)})`,
    '',
    '## Data',
    '',
    '| field | type | |',
    '| --- | --- | --- |',
    ...fields(contractOf(event).data, ''),
    '',
  ].join('\n');
}

function fields(schema: JsonSchema, prefix: string): string[] {
  const required = new Set((schema['required'] as string[] | undefined) ?? []);
  return Object.entries((schema['properties'] as Record<string, JsonSchema> | undefined) ?? {}).flatMap(
    ([name, inner]) => {
      const place = `${prefix}${name}`;
      const remarks = [required.has(name) ? '' : 'optional', text(inner['description'])].filter(Boolean).join('; ');
      return [`| ${place} | ${typeOf(inner)} | ${remarks} |`, ...nested(inner, place)];
    },
  );
}

function nested(schema: JsonSchema, place: string): string[] {
  const items = schema['items'] as JsonSchema | undefined;
  if (items !== undefined) return fields(items, `${place}[].`);
  const arms = schema['anyOf'] as JsonSchema[] | undefined;
  if (arms !== undefined) return [...new Set(arms.flatMap((arm) => fields(arm, `${place}.`)))];
  return fields(schema, `${place}.`);
}

function typeOf(schema: JsonSchema): string {
  if ('const' in schema) return `\`${text(schema['const'])}\``;
  const arms = schema['anyOf'] as JsonSchema[] | undefined;
  if (arms !== undefined) return [...new Set(arms.map(typeOf))].join(' or ');
  const items = schema['items'] as JsonSchema | undefined;
  if (items !== undefined) return `list of ${typeOf(items)}`;
  const range = [bound('from', schema['minimum']), bound('to', schema['maximum'])].filter(Boolean).join(' ');
  const pattern = schema['pattern'] === undefined ? '' : ` \`${text(schema['pattern']).replaceAll('|', '\\|')}\``;
  return [text(schema['type']), range].filter(Boolean).join(' ') + pattern;
}

function bound(word: string, value: unknown): string {
  return value === undefined ? '' : `${word} ${text(value)}`;
}

function text(value: unknown): string {
  return value === undefined ? '' : String(value);
}
