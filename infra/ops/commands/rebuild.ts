import type { Command } from '../command.ts';
import { reconcileToEnd } from '../reconciliation-report.ts';

interface Rebuilt {
  readonly examined: number;
  readonly changed: number;
  readonly changes: readonly {
    readonly creatorId: string;
    readonly figures: readonly { readonly figure: string; readonly before: string; readonly after: string }[];
  }[];
  readonly cursor: string | null;
}

/** Makes what a service derives again out of what it knows for good, while it goes on working. */
export const rebuild: Command = {
  name: 'rebuild',
  help: 'Makes a client’s standings again from ledger, adjustments and decisions, prints what it changed, and compares.',
  subjects: [{ name: 'service', values: ['tier-evaluation'] }],
  options: { client: { value: '<clientId>', help: 'whose', required: true } },
  run: async ({ subjects, options, gateway, print }) => {
    const clientId = options['client'] ?? '';
    const sums = { examined: 0, changed: 0 };
    let cursor: string | null = null;
    do {
      const body: object = cursor === null ? { clientId } : { clientId, cursor };
      const part: Rebuilt = await gateway.post(`/v1/ops/rebuild/${subjects[0]}`, { body });
      for (const { creatorId, figures } of part.changes) {
        for (const { figure, before, after } of figures) print(`creator ${creatorId}: ${figure} ${before} -> ${after}`);
      }
      const hidden = part.changed - part.changes.length;
      if (hidden > 0) print(`... and ${hidden} creators more, all of them in standing_rebuild`);
      sums.examined += part.examined;
      sums.changed += part.changed;
      cursor = part.cursor;
      if (cursor !== null) print(`${sums.examined} creators examined so far`);
    } while (cursor !== null);
    print(`${sums.examined} creators examined, ${sums.changed} changed`);
    return reconcileToEnd(gateway, { clientId }, print);
  },
};
