import type { Command } from '../command.ts';
import { describeFinding, type Finding } from '../reconciliation-report.ts';

/** Lists figures that do not agree. */
export const findings: Command = {
  name: 'findings',
  help: 'Lists figures that two places of a service say differently.',
  subjects: [],
  options: {
    client: { value: '<clientId>', help: 'of one client alone', required: false },
    status: { value: 'open|resolved|all', help: 'open when left out', required: false },
    kind: { value: '<kind>', help: 'of one kind alone', required: false },
  },
  run: async ({ options, gateway, print }) => {
    const { client, status, kind } = options;
    const filter = { ...(client && { clientId: client }), ...(status && { status }), ...(kind && { kind }) };
    let shown = 0;
    let cursor: string | null = null;
    do {
      const page: { data: Finding[]; nextCursor: string | null } = await gateway.get('/v1/ops/findings', {
        ...filter,
        limit: '200',
        ...(cursor === null ? {} : { cursor }),
      });
      for (const finding of page.data) print(describeFinding(finding));
      shown += page.data.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    print(`${shown} ${shown === 1 ? 'finding' : 'findings'}`);
    return shown === 0 ? 0 : 1;
  },
};
