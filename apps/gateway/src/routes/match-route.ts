import type { FastifyRequest } from 'fastify';
import { ROUTES, type Route } from './route-table.ts';

interface Pattern {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** By method and number of segments: a handful of routes is left to compare. */
const PATTERNS = Map.groupBy(
  ROUTES.map((route): Pattern => ({ route, segments: route.path.split('/') })),
  ({ route, segments }) => `${route.method} ${segments.length}`,
);

/** The route of a request as it came: the path is neither decoded nor normalised, and its owner gets it the same. */
export function matchRoute(method: string, url: string): Route | undefined {
  const segments = pathOf(url).split('/');
  const candidates = PATTERNS.get(`${method} ${segments.length}`) ?? [];
  return candidates.find((pattern) => pattern.segments.every((part, index) => fits(part, segments[index])))?.route;
}

export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function fits(part: string, segment: string | undefined): boolean {
  return part.startsWith('{') ? segment !== undefined && segment !== '' : part === segment;
}

const matched = new WeakMap<FastifyRequest, Route>();

export function rememberRoute(request: FastifyRequest, route: Route): void {
  matched.set(request, route);
}

/** @throws Error when the edge has not let the request in: a handler without its guard. */
export function routeOf(request: FastifyRequest): Route {
  const route = matched.get(request);
  if (route === undefined) throw new Error('the request has not passed the edge');
  return route;
}
