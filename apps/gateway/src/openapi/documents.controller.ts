import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Public } from '#libs/service-kit';
import { Controller, Get, Header } from '@nestjs/common';
import { docsPage } from './docs-page.ts';
import { openApiDocument } from './document.ts';

/** The descriptions of the API and of the events, for anybody. */
@Public()
@Controller()
export class DocumentsController {
  readonly #openApi = JSON.stringify(openApiDocument());
  readonly #page = docsPage();
  readonly #asyncApi = readAsyncApi();

  @Get('openapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  openApi(): string {
    return this.#openApi;
  }

  @Get('asyncapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  asyncApi(): string {
    return this.#asyncApi;
  }

  @Get('docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
  docs(): string {
    return this.#page;
  }
}

/** Generated from the contracts and checked in: docs/asyncapi.json, above the sources as above what is built of them. */
function readAsyncApi(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'docs', 'asyncapi.json');
    if (existsSync(path)) return readFileSync(path, 'utf8');
  }
  throw new Error('docs/asyncapi.json is not there');
}
