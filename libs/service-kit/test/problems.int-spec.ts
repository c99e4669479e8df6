import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post, Put, Query, Req } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Min, ValidateNested } from 'class-validator';
import { LaurelError } from '#libs/contracts';
import { testSigner } from '#libs/testing';
import {
  answer,
  CurrentIdentity,
  Public,
  Roles,
  type Answer,
  type Identity,
  type StartedService,
} from '../src/index.ts';
import { startLittleService } from './little-service.ts';

const CLIENT = '00000000-0000-4000-8000-00000000000c';

class MoneyRequest {
  @Matches(/^\d+\.\d\d$/)
  amount!: string;

  @IsString()
  currency!: string;
}

class TierRequest {
  @IsString()
  name!: string;

  @IsInt()
  @Min(0)
  rateBps!: number;
}

class ThingRequest {
  @IsString()
  name!: string;

  @ValidateNested()
  @Type(() => MoneyRequest)
  amount!: MoneyRequest;

  @ValidateNested({ each: true })
  @Type(() => TierRequest)
  tiers: TierRequest[] = [];
}

class ThingQuery {
  @IsOptional()
  @IsIn(['claimed', 'claimable'])
  status?: string;
}

@Roles('admin')
@Controller('v1/things')
class ThingController {
  @Post()
  create(@Body() body: ThingRequest): Answer {
    return answer(201, body, { Location: '/v1/things/1' });
  }

  @Get()
  list(@Query() query: ThingQuery, @CurrentIdentity() identity: Identity): object {
    return { ...query, clientId: identity.clientId };
  }

  @Roles('creator')
  @Get('own')
  own(): object {
    return {};
  }

  @Get('failing')
  fail(): never {
    throw Object.assign(new Error('insert into secret_table failed'), { detail: 'Key (handle)=(ann)' });
  }

  @Get('locked')
  locked(): never {
    throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
  }

  @Get('refused')
  refuse(): never {
    throw new LaurelError('sync.in_progress', 'a sync is running', {
      headers: { 'Retry-After': '3', Location: '/v1/syncs/1' },
      extra: { syncId: '1' },
    });
  }

  @Put('file')
  async file(@Req() request: { body: Readable }): Promise<object> {
    let bytes = 0;
    for await (const chunk of request.body as AsyncIterable<Buffer>) bytes += chunk.length;
    return { bytes };
  }
}

@Controller('v1/forgotten')
class ForgottenController {
  @Get()
  forgotten(): object {
    return {};
  }
}

@Public()
@Controller('open')
class OpenController {
  @Get()
  open(): object {
    return { open: true };
  }
}

let service: StartedService;

beforeAll(async () => {
  const controllers = [ThingController, ForgottenController, OpenController];
  service = await startLittleService({ controllers, streamedTypes: ['text/csv'] });
});
afterAll(() => service.stop());

interface Told {
  readonly status: number;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function ask(
  method: string,
  path: string,
  init: RequestInit = {},
  role: 'admin' | 'creator' = 'admin',
): Promise<Told> {
  const sub = role === 'creator' ? CLIENT : 'somebody';
  const authorization = `Bearer ${await testSigner().token({ role, clientId: CLIENT, sub })}`;
  const headers = { authorization, 'content-type': 'application/json', ...(init.headers as Record<string, string>) };
  const response = await fetch(`${service.url}${path}`, { ...init, method, headers });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, type: response.headers.get('content-type'), body, headers: response.headers };
}

const sound = { name: 'x', amount: { amount: '1.50', currency: 'USD' } };

describe('a problem', () => {
  it('is RFC 9457 with code and trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const told = await ask('GET', '/v1/things/refused', { headers: { traceparent } });
    expect([told.status, told.type]).toEqual([409, 'application/problem+json; charset=utf-8']);
    expect([told.headers.get('retry-after'), told.headers.get('location')]).toEqual(['3', '/v1/syncs/1']);
    expect(told.body).toEqual({
      type: 'urn:laurel:problem:sync.in_progress',
      title: 'sync in progress',
      status: 409,
      detail: 'a sync is running',
      code: 'sync.in_progress',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      errors: [],
      syncId: '1',
    });
  });

  it.each([
    ['GET', '/v1/nothing', 404, 'not_found'],
    ['DELETE', '/v1/things', 404, 'not_found'],
    ['GET', '/v1/%ZZ', 404, 'not_found'],
    ['GET', '/v1/things/own', 403, 'forbidden'],
    ['GET', '/v1/forgotten', 403, 'forbidden'],
    ['GET', '/v1/things/locked', 503, 'unavailable'],
  ])('answers %s %s with %d %s', async (method, path, status, code) => {
    const told = await ask(method, path);
    expect([told.status, told.body['code'], told.body['status']]).toEqual([status, code, status]);
    expect(told.body['traceId']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('leaks nothing of what nobody expected', async () => {
    const told = await ask('GET', '/v1/things/failing');
    expect([told.status, told.body['code']]).toEqual([500, 'internal']);
    expect(JSON.stringify(told.body)).not.toMatch(/secret_table|ann|at /);
  });
});

describe('a body', () => {
  it('becomes its request class, without what that does not name', async () => {
    const told = await ask('POST', '/v1/things', { body: JSON.stringify({ ...sound, isAdmin: true }) });
    expect([told.status, told.headers.get('location')]).toEqual([201, '/v1/things/1']);
    expect(told.body).toEqual({ ...sound, tiers: [] });
  });

  it.each([
    ['{"name":', '', 'malformed'],
    ['{"name":"x","__proto__":{"a":1}}', '', 'malformed'],
    ['[]', '', 'is_object'],
    ['"x"', '', 'is_object'],
    [JSON.stringify({ amount: sound.amount }), '/name', 'is_string'],
    [JSON.stringify({ ...sound, amount: { amount: '1,5', currency: 'USD' } }), '/amount/amount', 'matches'],
    [
      JSON.stringify({
        ...sound,
        tiers: [
          { name: 'a', rateBps: 1 },
          { name: 'b', rateBps: -1 },
        ],
      }),
      '/tiers/1/rateBps',
      'min',
    ],
  ])('%s is at fault at %p', async (body, pointer, code) => {
    const told = await ask('POST', '/v1/things', { body });
    expect([told.status, told.body['code']]).toEqual([422, 'validation_failed']);
    expect(told.body['errors']).toContainEqual({ pointer, code, message: expect.any(String) });
  });

  it('that is missing is at fault where it lacks something', async () => {
    const told = await ask('POST', '/v1/things');
    expect([told.status, told.body['code']]).toEqual([422, 'validation_failed']);
  });

  it('with U+0000 in a text, which no table can keep, is at fault there', async () => {
    const told = await ask('POST', '/v1/things', { body: JSON.stringify({ name: 'a\u0000b' }) });
    expect(told.status).toBe(422);
    expect(told.body).toMatchObject({ errors: [{ pointer: '/name', code: 'nul_character' }] });
  });

  it('tells the name of a query parameter at fault', async () => {
    const told = await ask('GET', '/v1/things?status=lost');
    expect(told.body).toMatchObject({ code: 'validation_failed', errors: [{ pointer: 'status', code: 'is_in' }] });
    expect((await ask('GET', '/v1/things?status=claimed')).body).toEqual({ status: 'claimed', clientId: CLIENT });
  });

  it('of another type is 415, of more than a megabyte 413', async () => {
    const xml = await ask('POST', '/v1/things', { body: '<x/>', headers: { 'content-type': 'text/xml' } });
    expect([xml.status, xml.body['code']]).toEqual([415, 'unsupported_media_type']);
    const large = await ask('POST', '/v1/things', { body: JSON.stringify({ name: 'x'.repeat(1_100_000) }) });
    expect([large.status, large.body['code']]).toEqual([413, 'payload_too_large']);
  });

  it('of a streamed type is any length', async () => {
    const body = Buffer.alloc(5_000_000, 'a');
    const told = await ask('PUT', '/v1/things/file', { body, headers: { 'content-type': 'text/csv' } });
    expect(told.body).toEqual({ bytes: 5_000_000 });
  });

  it('that nobody has read does not stand in the way of the next request', async () => {
    const body = Buffer.alloc(5_000_000, 'a');
    for (let times = 0; times < 5; times++) {
      expect((await ask('PUT', '/v1/nothing', { body, headers: { 'content-type': 'text/csv' } })).status).toBe(404);
    }
  });
});

describe('a public route', () => {
  it('asks for no token', async () => {
    const response = await fetch(`${service.url}/open`);
    expect(await response.json()).toEqual({ open: true });
  });
});
