import { STATEFUL_SERVICES, type StatefulServiceName } from '#libs/contracts';
import { readConfig, startService, type StartedService } from '#libs/service-kit';
import { testSigner, type TokenClaims } from '#libs/testing';
import { FIELDS } from '../src/config.ts';
import { gateway } from '../src/gateway.module.ts';
import { Upstream } from './upstream.ts';

export const CLIENT = '00000000-0000-4000-8000-00000000000c';
export const CREATOR = '00000000-0000-4000-8000-0000000000c1';

/** The gateway in this process before four upstreams. */
export interface RunningGateway {
  readonly service: StartedService;
  readonly upstreams: Readonly<Record<StatefulServiceName, Upstream>>;
  /** A request of somebody with that role; no token for `null`. */
  ask(target: string, options?: AskOptions): Promise<Response>;
  stop(): Promise<void>;
}

export interface AskOptions {
  readonly as?: TokenClaims['role'] | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit['body']>;
  readonly signal?: AbortSignal;
}

export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<RunningGateway> {
  const pairs = await Promise.all(STATEFUL_SERVICES.map(async (name) => [name, await Upstream.start()] as const));
  const upstreams = Object.fromEntries(pairs) as Record<StatefulServiceName, Upstream>;
  const signer = testSigner();
  const config = readConfig(FIELDS, {
    GATEWAY_PORT: '0',
    INGESTION_URL: upstreams.ingestion.url,
    TIER_EVALUATION_URL: upstreams['tier-evaluation'].url,
    REDEMPTION_URL: upstreams.redemption.url,
    COMMISSION_BOOST_URL: upstreams['commission-boost'].url,
    LAUREL_JWKS: signer.jwks,
    LAUREL_JWT_ISSUER: signer.issuer,
    LAUREL_JWT_AUDIENCE: signer.audience,
    LOG_LEVEL: 'fatal',
    ...env,
  });
  const service = await startService({ ...gateway, config: () => config }, config);
  return {
    service,
    upstreams,
    ask: async (target, { as = 'admin', headers = {}, ...rest } = {}) => {
      const [method = '', path = ''] = target.split(' ');
      const token = as === null ? {} : { authorization: `Bearer ${await tokenOf(as)}` };
      const init: RequestInit = { method, headers: { ...token, ...headers }, ...rest };
      return fetch(`${service.url}${path}`, { ...init, duplex: 'half' });
    },
    stop: async () => {
      await service.stop();
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.stop()));
    },
  };
}

function tokenOf(role: TokenClaims['role']): Promise<string> {
  if (role === 'operator') return testSigner().token({ role });
  return testSigner().token({ role, clientId: CLIENT, ...(role === 'creator' ? { sub: CREATOR } : {}) });
}
