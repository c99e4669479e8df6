import type { Command } from '../command.ts';
import { reconcileToEnd } from '../reconciliation-report.ts';

/** Has the services compare now what they compare every night. */
export const reconcile: Command = {
  name: 'reconcile',
  help: 'Compares the figures that stand in two places, and prints those that do not agree. Mends nothing.',
  subjects: [],
  options: { client: { value: '<clientId>', help: 'one client alone; all when left out', required: false } },
  run: async ({ options, gateway, print }) => {
    const { client } = options;
    return reconcileToEnd(gateway, client === undefined ? {} : { clientId: client }, print);
  },
};
