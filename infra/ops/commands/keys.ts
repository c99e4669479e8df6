import type { GatewayClient } from '../gateway-client.ts';
import type { Command } from '../command.ts';

interface MasterKeys {
  readonly currentKeyId: string;
  readonly masterKeys: readonly { readonly id: string; readonly available: boolean; readonly dataKeys: number }[];
}

interface KeysRotated {
  readonly rewrapped: number;
  readonly broken: number;
  readonly cursor: string | null;
}

/** The services that store something encrypted. */
const KEEPERS_OF_SECRETS = ['ingestion', 'redemption', 'commission-boost'];

/** Shows master keys, or wraps every data key by the current one while everything goes on. */
export const keys: Command = {
  name: 'keys',
  help: 'Tells which master keys are in use (show), or wraps all data keys by the current one (rotate). Values stay as they are.',
  subjects: [{ name: 'action', values: ['show', 'rotate'] }],
  options: {},
  run: async ({ subjects, gateway, print }) => {
    let faults = 0;
    for (const service of KEEPERS_OF_SECRETS) {
      if (subjects[0] === 'rotate') faults += await rotate(service, gateway, print);
      faults += await show(service, gateway, print);
    }
    return faults === 0 ? 0 : 1;
  },
};

/** @returns how many data keys do not open */
async function rotate(service: string, gateway: GatewayClient, print: (line: string) => void): Promise<number> {
  const { currentKeyId } = await gateway.get<MasterKeys>(`/v1/ops/keys/${service}`);
  const sums = { rewrapped: 0, broken: 0 };
  let cursor: string | null = null;
  do {
    const body: object = { to: currentKeyId, ...(cursor === null ? {} : { cursor }) };
    const part: KeysRotated = await gateway.post(`/v1/ops/keys/${service}/rotate`, { body });
    sums.rewrapped += part.rewrapped;
    sums.broken += part.broken;
    cursor = part.cursor;
    if (cursor !== null) print(`${service}: ${sums.rewrapped} data keys wrapped by ${currentKeyId} so far`);
  } while (cursor !== null);
  print(`${service}: ${sums.rewrapped} data keys wrapped by ${currentKeyId}, ${sums.broken} that do not open`);
  return sums.broken;
}

/** @returns how many data keys are wrapped by a key that the service does not have */
async function show(service: string, gateway: GatewayClient, print: (line: string) => void): Promise<number> {
  const { currentKeyId, masterKeys } = await gateway.get<MasterKeys>(`/v1/ops/keys/${service}`);
  let lost = 0;
  for (const { id, available, dataKeys } of masterKeys) {
    if (!available) lost += dataKeys;
    print(`${service}: ${id} ${describe(id === currentKeyId, available, dataKeys)}`);
  }
  return lost;
}

function describe(isCurrent: boolean, available: boolean, dataKeys: number): string {
  const wraps = `wraps ${dataKeys} data keys`;
  if (isCurrent) return `is current and ${wraps}`;
  if (!available) return `is not there and ${wraps}, which do not open`;
  return dataKeys === 0 ? 'is in no use any more and can be taken away' : wraps;
}
