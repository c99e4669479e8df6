import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayClient } from './gateway-client.ts';

export interface Finding {
  readonly service: string;
  readonly clientId: string;
  readonly kind: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly expected: string;
  readonly found: string;
  readonly firstSeen: { readonly at: string };
  readonly resolved: { readonly at: string } | null;
}

interface Reconciliation {
  readonly status: 'running' | 'done';
  readonly services: readonly {
    readonly name: string;
    readonly clients: number;
    readonly compared: number;
    readonly resolved: number;
    readonly open: Readonly<Record<string, number>>;
  }[];
  readonly findings: readonly Finding[];
}

const ASK_EVERY_MS = 1_000;

/** Asks for a comparison, waits for its end and prints what it says. @returns 1 when anything does not agree */
export async function reconcileToEnd(
  gateway: GatewayClient,
  query: Readonly<Record<string, string>>,
  print: (line: string) => void,
): Promise<number> {
  let report = await gateway.post<Reconciliation>('/v1/ops/reconcile', { query });
  while (report.status === 'running') {
    await delay(ASK_EVERY_MS);
    report = await gateway.get<Reconciliation>('/v1/ops/reconcile', query);
  }
  for (const finding of report.findings) print(describeFinding(finding));
  let open = 0;
  for (const service of report.services) {
    const found = Object.values(service.open).reduce((sum, count) => sum + count, 0);
    open += found;
    print(`${service.name}: ${service.compared} rows compared, ${found} findings open, ${service.resolved} resolved`);
  }
  return open === 0 ? 0 : 1;
}

export function describeFinding(finding: Finding): string {
  const { service, clientId, kind, subject, expected, found, firstSeen, resolved } = finding;
  const since = resolved === null ? `since ${firstSeen.at}` : `from ${firstSeen.at} to ${resolved.at}`;
  return `${service} ${kind}: expected ${expected}, found ${found} (${subject.kind} ${subject.id}, client ${clientId}, ${since})`;
}
