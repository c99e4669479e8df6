import { ROUTES, type Route } from '../routes/route-table.ts';
import { OPERATIONS } from './operations.ts';

/** The routes as a page that needs nothing from elsewhere. */
export function docsPage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Laurel API</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c1c1c; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top; }
code { font: 13px ui-monospace, monospace; white-space: nowrap; }
</style>
<h1>Laurel API</h1>
<p>The whole description: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1), events:
<a href="/asyncapi.json">asyncapi.json</a> (AsyncAPI 3). Errors are problem+json with a stable code.</p>
<table>
<tr><th>Route</th><th>What</th><th>Roles</th><th>Headers</th></tr>
${ROUTES.map(row).join('\n')}
</table>
</html>
`;
}

function row(route: Route): string {
  const operation = OPERATIONS[route.operation];
  const headers = [
    ...(route.idempotent ? ['Idempotency-Key'] : []),
    ...(operation?.conditional === true ? ['If-Match'] : []),
  ];
  const cells = [
    `<code>${route.method} ${route.path}</code>`,
    operation?.summary ?? '',
    route.roles.join(', '),
    headers.join(', '),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}
