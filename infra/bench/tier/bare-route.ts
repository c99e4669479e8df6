import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Controller, Get, Module, Param, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import pg from 'pg';
import { DEVELOPMENT_AUDIENCE as audience, DEVELOPMENT_ISSUER as issuer } from '../../local/development-keys.ts';

/** A process of its own: `bare-route.js <database url> <client id> <jwks file> <port>`. */
const [databaseUrl = '', clientId = '', jwks = '', port = '0'] = process.argv.slice(2);
const keys = createLocalJWKSet(JSON.parse(readFileSync(jwks, 'utf8')) as JSONWebKeySet);
/** The tenant is the connection's, so that a request is its two reads and nothing around them. */
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, options: `-c laurel.client_id=${clientId}` });

interface Row {
  readonly window_start: string;
  readonly due_date: string | null;
  readonly booked_through: string;
}

@Controller()
class BareController {
  @Get('v1/creators/:id/tier')
  async tier(@Req() request: FastifyRequest, @Param('id') id: string): Promise<object> {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    const { payload } = await jwtVerify(token, keys, { issuer, audience });
    const { rows } = await pool.query<Row>({ name: 'tier', text: TIER, values: [id, payload['client_id']] });
    const [row] = rows;
    if (row === undefined) throw new Error('there is no such creator');
    const window = [payload['client_id'], id, row.window_start, row.booked_through, row.due_date];
    const sums = await pool.query<{ value: string }>(WINDOW, window);
    return { ...row, ...sums.rows[0] };
  }
}

/** What tier-evaluation asks for the same page. */
const TIER = `
  SELECT s.creator_id, s.tier, s.tier_version, s.reached_on::text AS reached_on, s.window_start::text AS window_start,
    s.due_date::text AS due_date, s.anchor::text AS anchor, s.window_number, s.window_months, s.opening, s.base, s.lifetime,
    s.booked_through::text AS booked_through, s.sync_sequence, s.program_version, s.checkpoint_count, s.adjustment_count,
    s.decision_count, c.version, greatest(a.business_date, d.programme_date)::text AS today
  FROM tier_evaluation.client_program c
  JOIN tier_evaluation.standing s ON s.client_id = c.client_id AND s.creator_id = $1
  LEFT JOIN tier_evaluation.watermark w ON w.client_id = c.client_id
  LEFT JOIN tier_evaluation.completed_sync a ON a.client_id = w.client_id AND a.sequence = w.applied_sequence
  LEFT JOIN tier_evaluation.programme_date d ON d.client_id = w.client_id
  WHERE c.client_id = $2`;
const WINDOW = `
  SELECT coalesce(sum(value), 0)::bigint AS value FROM tier_evaluation.day_entry
  WHERE client_id = $1 AND creator_id = $2 AND booked_on BETWEEN $3 AND $4
    AND effective_on >= $3 AND effective_on < coalesce($5::date, 'infinity')`;

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(port), '127.0.0.1');
