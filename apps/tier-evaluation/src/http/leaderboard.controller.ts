import { LaurelError } from '#libs/contracts';
import { isUuid, type CreatorId } from '#libs/kernel';
import {
  assertOwn,
  CurrentIdentity,
  page,
  readCursor,
  Roles,
  tenantOf,
  waitForFact,
  type Identity,
  type ListWindow,
} from '#libs/service-kit';
import { Controller, Get, Query } from '@nestjs/common';
import { formatMetric } from '../domain/program/metric-format.ts';
import { ReadLeaderboard, type LeaderboardReading, type RankedPlace } from '../use-cases/read-leaderboard.ts';

@Controller('v1/leaderboard')
export class LeaderboardController {
  readonly #read: ReadLeaderboard;

  constructor(read: ReadLeaderboard) {
    this.#read = read;
  }

  /** The whole board by pages, or with `creatorId` one creator's place: to a creator its own alone. */
  @Get()
  @Roles('admin', 'creator')
  async list(@CurrentIdentity() identity: Identity, @Query() query: Record<string, unknown>) {
    const clientId = tenantOf(identity);
    const creatorId = creatorOf(query['creatorId']);
    if (creatorId !== undefined) assertOwn(identity, creatorId);
    const window = readCursor(query, { tenant: clientId, filter: { creatorId }, position: ['integer', 'uuid'] });
    // A script that has just seen its sync applied asks for the board of that sync; a long making is not waited for.
    await waitForFact(async () => ((await this.#read.isAboutToChange(clientId)) ? undefined : true));
    const reading = await this.#read.execute(
      clientId,
      creatorId === undefined
        ? { kind: 'page', after: placeOf(window), fetch: window.fetch }
        : { kind: 'creator', creatorId },
    );
    const { data, nextCursor } = page(reading?.places ?? [], window, (place) => [String(place.value), place.creatorId]);
    return {
      data: reading === undefined ? [] : data.map((place) => placeOnWire(place, reading)),
      nextCursor,
      asOf: reading?.asOf ?? null,
      syncId: reading?.syncId ?? null,
    };
  }
}

function creatorOf(given: unknown): CreatorId | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && isUuid(given.toLowerCase())) return given.toLowerCase() as CreatorId;
  const message = 'creatorId is the id of a creator';
  throw new LaurelError('validation_failed', message, {
    faults: [{ pointer: 'creatorId', code: 'malformed', message }],
  });
}

function placeOf({ after }: ListWindow) {
  if (after === undefined) return undefined;
  return { value: BigInt(after[0] ?? 0), creatorId: after[1] as CreatorId };
}

function placeOnWire({ rank, creatorId, value }: RankedPlace, { program }: LeaderboardReading) {
  return { rank, creatorId, value: formatMetric(value, program) };
}
