import { ApiClient } from '../../demo/api-client.ts';
import { prepareMillion } from '../../demo/million.ts';
import { dataDirectory } from '../../local/data-directory.ts';
import { developmentToken, type TokenRequest } from '../../local/development-keys.ts';
import { portFrom } from '../../local/ports.ts';
import { localDatabaseUrl } from '../../local/postgres.ts';
import type { Command } from '../command.ts';

const MOST = 5_000_000;

/** Prepares a client that is worth watching. It takes the local development key and database: it is for `npm start` alone. */
export const demo: Command = {
  name: 'demo',
  help: 'Prepares a client with a million creators in a Laurel started by `npm start`, and tells what to try with it.',
  subjects: [{ name: 'what', values: ['million'] }],
  options: { creators: { value: '<number>', help: '1,000,000 when left out', required: false } },
  run: async ({ options, gateway, print, show }) => {
    const creators = Number(options['creators'] ?? 1_000_000);
    if (!Number.isInteger(creators) || creators < 1 || creators > MOST) {
      print(`--creators is a whole number from 1 to ${MOST.toLocaleString('en-US')}`);
      return 2;
    }
    const begun = performance.now();
    const clientOf = async (request: TokenRequest) =>
      new ApiClient(gateway.url, await developmentToken(dataDirectory().path, request));
    const { clientId, rewardId, regularId } = await prepareMillion({
      creators,
      databaseUrl:
        process.env['DATABASE_URL'] ||
        localDatabaseUrl(dataDirectory().path, portFrom(process.env, 'LAUREL_PG_PORT', 15_432)),
      operator: await clientOf({ role: 'operator' }),
      adminOf: (id) => clientOf({ role: 'admin', clientId: id }),
      show,
    });
    print(`${creators.toLocaleString('en-US')} creators after ${Math.round((performance.now() - begun) / 1_000)} s`);
    const token = 'npm run --silent token --';
    for (const line of [
      `client   ${clientId}`,
      `reward   ${rewardId} (of tier 1, disabled)`,
      `creator  ${regularId} (of tier 2, where one reward may be claimed without end)`,
      '',
      `ADMIN=$(${token} --role admin --client ${clientId})`,
      `CREATOR=$(${token} --role creator --client ${clientId} --sub ${regularId})`,
      `URL=${gateway.url} CLIENT=${clientId} REWARD=${rewardId}`,
      '',
      'docs/million.md says what to do with them.',
    ]) {
      print(line);
    }
    return 0;
  },
};
