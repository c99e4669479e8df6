import { describe, expect, it } from '@jest/globals';
import { matchRoute } from './match-route.ts';
import { ROUTES } from './route-table.ts';

const ID = '00000000-0000-4000-8000-000000000001';

describe('the route table', () => {
  it('finds every one of its routes', () => {
    for (const route of ROUTES) {
      expect(matchRoute(route.method, `${route.path.replaceAll(/\{\w+\}/g, ID)}?limit=1&cursor=/a/b`)).toBe(route);
    }
  });

  it('has a route and an operation once', () => {
    expect(new Set(ROUTES.map((route) => `${route.method} ${route.path}`)).size).toBe(ROUTES.length);
    expect(new Set(ROUTES.map((route) => route.operation)).size).toBe(ROUTES.length);
  });

  it.each([
    ['DELETE', '/v1/clients'],
    ['POST', '/v1/program'],
    ['GET', '/v1'],
    ['GET', '/v1/'],
    ['GET', '/v1/clients/'],
    ['GET', '/v1//program'],
    ['GET', '/v1/creators//tier'],
    ['GET', `/v1/boosts/${ID}/`],
    ['GET', `/v1/boosts/${ID}/history/x`],
    ['GET', '/ops/status'],
    ['GET', '/V1/program'],
    ['GET', '/v1/creators/../ops/status'],
  ])('has no %s %s', (method, path) => {
    expect(matchRoute(method, path)).toBeUndefined();
  });

  it('asks for a key exactly where the API says so', () => {
    const starred = ROUTES.filter((route) => route.idempotent).map((route) => route.path);
    expect(starred).toEqual([
      '/v1/clients',
      '/v1/creators/{id}/erase',
      '/v1/creators/{id}/adjustments',
      '/v1/rewards',
      '/v1/redemptions/{id}/claim',
      '/v1/boosts/{id}/final-amount',
      '/v1/boosts/{id}/pay',
      '/v1/payout-runs',
    ]);
  });

  it('lets an operator at clients and operations alone, and nobody else there', () => {
    for (const { path, roles } of ROUTES) {
      expect(roles.includes('operator')).toBe(path.startsWith('/v1/ops') || path === '/v1/clients');
      if (roles.includes('operator')) expect(roles).toEqual(['operator']);
    }
  });
});
