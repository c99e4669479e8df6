import { describe, expect, it } from '@jest/globals';
import { ROUTES } from '../routes/route-table.ts';
import { docsPage } from './docs-page.ts';
import { openApiDocument } from './document.ts';
import { OPERATIONS } from './operations.ts';

interface Described {
  readonly operationId: string;
  readonly parameters: readonly { readonly name?: string; readonly in?: string; readonly $ref?: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: unknown;
}

const document = JSON.parse(JSON.stringify(openApiDocument())) as {
  openapi: string;
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, unknown>>;
};

describe('the OpenAPI document', () => {
  it('has an operation for every route, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(ROUTES.map((route) => `${route.method} ${route.path}`).sort());
    expect(Object.keys(OPERATIONS).sort()).toEqual(ROUTES.map((route) => route.operation).sort());
  });

  it.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))('%s is whole', (_, route) => {
    const described = document.paths[route.path]?.[route.method.toLowerCase()];
    const names = described?.parameters.map((parameter) => parameter.name ?? parameter.$ref) ?? [];
    for (const [, name] of route.path.matchAll(/\{(\w+)\}/g)) expect(names).toContain(name);
    expect(names.includes('#/components/parameters/IdempotencyKey')).toBe(route.idempotent);
    expect(Object.keys(described?.responses ?? {})).toEqual(
      expect.arrayContaining(['401', '403', '404', '429', '503']),
    );
    expect(Object.keys(described?.responses ?? {}).some((status) => status.startsWith('2'))).toBe(true);
  });

  it('refers to nothing that it does not have', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g);
    for (const [reference, kind = '', name = ''] of references) {
      expect([reference, Object.keys(document.components[kind] ?? {}).includes(name)]).toEqual([reference, true]);
    }
  });

  it('says what an upload takes', () => {
    expect(document.paths['/v1/syncs']?.['post']?.requestBody).toMatchObject({
      content: { 'text/csv': {}, 'multipart/form-data': {} },
    });
  });
});

describe('the page of the routes', () => {
  it('lists every route and loads nothing from elsewhere', () => {
    const page = docsPage();
    for (const route of ROUTES) expect(page).toContain(`${route.method} ${route.path}`);
    expect(page).not.toMatch(/(src|href)="https?:/);
  });
});
