import { Readable } from 'node:stream';
import type { SyncId } from '#libs/kernel';
import { Answer, CurrentIdentity, page, PathId, readCursor, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sync } from '../domain/sync/sync.ts';
import { DecideHeldSync, type HeldSyncDecision } from '../use-cases/decide-held-sync.ts';
import { ReadSyncs } from '../use-cases/read-syncs.ts';
import { UploadSync } from '../use-cases/receive/upload-sync.ts';
import { RunSyncs } from '../use-cases/run-syncs.ts';
import { dateOf, faultyQuery } from './faulty-query.ts';
import { quarantineCsv } from './quarantine-csv.ts';
import { syncOnWire } from './sync-on-wire.ts';
import { UploadBodies } from './upload-body.ts';

type QueryParameters = Record<string, unknown>;

@Controller('v1/syncs')
@Roles('admin')
export class SyncsController {
  readonly #upload: UploadSync;
  readonly #read: ReadSyncs;
  readonly #decide: DecideHeldSync;
  readonly #run: RunSyncs;
  readonly #bodies: UploadBodies;

  constructor(upload: UploadSync, read: ReadSyncs, decide: DecideHeldSync, run: RunSyncs, bodies: UploadBodies) {
    this.#upload = upload;
    this.#read = read;
    this.#decide = decide;
    this.#run = run;
    this.#bodies = bodies;
  }

  /** 202 once the body is staged; 200 with the first sync for a file that was booked before. */
  @Post()
  async upload(@CurrentIdentity() identity: Identity, @Query() query: QueryParameters, @Req() request: FastifyRequest) {
    const clientId = tenantOf(identity);
    const businessDate = dateOf('businessDate', query['businessDate']);
    const dryRun = flagOf('dryRun', query['dryRun']);
    const { file, bytesAnnounced } = await this.#bodies.read(request);
    const upload = { clientId, businessDate, dryRun, bytesAnnounced, body: file };
    const { sync, again } = await this.#upload.execute(upload);
    if (!again) this.#run.poke(clientId, sync.syncId);
    return located(again ? 200 : 202, sync);
  }

  @Get()
  async list(@CurrentIdentity() identity: Identity, @Query() query: QueryParameters) {
    const clientId = tenantOf(identity);
    const window = readCursor(query, { tenant: clientId, position: ['uuid'] });
    const syncs = await this.#read.list(clientId, { after: window.after?.[0], fetch: window.fetch });
    const { data, nextCursor } = page(syncs, window, (sync) => [sync.syncId]);
    return { data: data.map(syncOnWire), nextCursor };
  }

  @Get(':id')
  async find(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: string) {
    return syncOnWire(await this.#read.find(tenantOf(identity), id as SyncId));
  }

  /** The whole as text/csv, or a page of it as JSON. */
  @Get(':id/quarantine')
  async quarantine(
    @CurrentIdentity() identity: Identity,
    @Param('id', PathId) id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const clientId = tenantOf(identity);
    const { syncId } = await this.#read.find(clientId, id as SyncId);
    if (wantsCsv(request)) {
      void reply.header('content-type', 'text/csv; charset=utf-8');
      void reply.header('content-disposition', `attachment; filename="quarantine-${syncId}.csv"`);
      return Readable.from(quarantineCsv(this.#read.streamQuarantine(clientId, syncId)), { objectMode: false });
    }
    const window = readCursor(request.query as QueryParameters, {
      tenant: clientId,
      filter: { syncId },
      position: ['integer'],
    });
    const afterLine = Number(window.after?.[0] ?? 0);
    const { rows, isCut } = await this.#read.listQuarantine(clientId, { syncId, afterLine, fetch: window.fetch });
    return page(rows, isCut ? { ...window, limit: rows.length - 1 } : window, (row) => [String(row.line)]);
  }

  @Post(':id/approve')
  approve(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: string) {
    return this.#decided(identity, id, 'approve');
  }

  @Post(':id/discard')
  discard(@CurrentIdentity() identity: Identity, @Param('id', PathId) id: string) {
    return this.#decided(identity, id, 'discard');
  }

  async #decided(identity: Identity, id: string, decision: HeldSyncDecision['decision']): Promise<Answer> {
    const held = { clientId: tenantOf(identity), syncId: id as SyncId, decidedBy: identity.subject };
    return located(202, await this.#decide.execute({ ...held, decision }));
  }
}

function located(status: number, sync: Sync): Answer {
  return new Answer(status, syncOnWire(sync), { Location: `/v1/syncs/${sync.syncId}` });
}

function wantsCsv(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '';
  const csv = accept.indexOf('text/csv');
  const json = accept.indexOf('application/json');
  return csv !== -1 && (json === -1 || csv < json);
}

function flagOf(name: string, given: unknown): boolean {
  if (given === undefined || given === 'false') return false;
  if (given === 'true') return true;
  throw faultyQuery(name, `${name} is true or false`);
}
