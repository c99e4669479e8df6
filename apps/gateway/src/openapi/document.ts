import { ERROR_STATUS } from '#libs/contracts';
import { ROUTES, type Route } from '../routes/route-table.ts';
import { COMPONENTS } from './components.ts';
import { OPERATIONS, type Operation } from './operations.ts';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of every route in the table. @throws Error for a route that has no operation. */
export function openApiDocument(serverUrl = '/'): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ROUTES) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Laurel',
      version: '1',
      description: 'Loyalty for TikTok Shop creator programmes: tiers, rewards, commission boosts.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    security: [{ token: [] }],
    tags: [...new Set(ROUTES.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: COMPONENTS,
      parameters: PARAMETERS,
      responses: { Problem: PROBLEM_ANSWER },
    },
  };
}

function operationOf(route: Route): Json {
  const operation = OPERATIONS[route.operation];
  if (operation === undefined) throw new Error(`${route.method} ${route.path} has no operation ${route.operation}`);
  const body = requestBodyOf(route, operation);
  return {
    operationId: route.operation,
    summary: operation.summary,
    description: `Roles: ${route.roles.join(', ')}.`,
    tags: [tagOf(route)],
    parameters: parametersOf(route, operation),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { [operation.status]: answerOf(operation), ...problemsOf(route, operation) },
  };
}

function tagOf(route: Route): string {
  return route.path.split('/')[2] ?? '';
}

function parametersOf(route: Route, operation: Operation): readonly Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: route.path.startsWith('/v1/ops') ? { type: 'string' } : { type: 'string', format: 'uuid' },
  }));
  const inQuery = Object.entries(operation.query ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: operation.required?.includes(name) ?? false,
    schema,
  }));
  const headers = [
    ...(route.idempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(operation.conditional ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
  ];
  return [...inPath, ...inQuery, ...headers];
}

function requestBodyOf(route: Route, operation: Operation): Json | undefined {
  if (route.upload) {
    const file = { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } };
    const form = operation.plain === true ? {} : { 'multipart/form-data': { schema: file } };
    const content = { 'text/csv': { schema: { type: 'string' } }, ...form };
    return { required: true, content };
  }
  if (operation.body === undefined) return undefined;
  return { required: operation.bodyOptional !== true, content: { 'application/json': { schema: operation.body } } };
}

function answerOf(operation: Operation): Json {
  const text = { schema: { type: 'string' } };
  const csv = operation.csv && { 'text/csv': text };
  if (operation.csv === 'only') return { description: operation.summary, content: csv };
  if (operation.answer === undefined) return { description: operation.summary };
  const content = {
    [operation.lines ? 'application/x-ndjson' : 'application/json']: { schema: operation.answer },
    ...(operation.page && { 'text/html': text }),
    ...csv,
  };
  return { description: operation.summary, content };
}

/** What any route may answer, and what only some can. */
function problemsOf(route: Route, operation: Operation): Json {
  const hasBody = route.upload || operation.body !== undefined;
  const statuses = new Set<number>([401, 403, 404, 429, 500, 503]);
  if (route.method !== 'GET') statuses.add(409).add(422);
  if (operation.page) statuses.add(409);
  if (operation.query !== undefined) statuses.add(422);
  if (hasBody) statuses.add(413).add(415);
  if (operation.conditional) statuses.add(412).add(428);
  return Object.fromEntries([...statuses].sort().map((status) => [status, { $ref: '#/components/responses/Problem' }]));
}

const PARAMETERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: 'The same key and body give the stored answer; another body is refused.',
    schema: { type: 'string', minLength: 1, maxLength: 200 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of the version that is changed; needed once there is one.',
    schema: { type: 'string' },
  },
};

const PROBLEM_ANSWER = {
  description: `RFC 9457 problem details with a stable code: ${Object.keys(ERROR_STATUS).join(', ')}`,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
