import { CurrentIdentity, page, readCursor, Roles, tenantOf, type Identity } from '#libs/service-kit';
import { Controller, Get, Query } from '@nestjs/common';
import type { Alert } from '../domain/alert/alert.ts';
import { FindAlerts } from '../use-cases/find-alerts.ts';
import { ListAlertsRequest } from './list-alerts.request.ts';

@Controller('v1/alerts')
@Roles('admin')
export class AlertsController {
  constructor(private readonly findAlerts: FindAlerts) {}

  /** Newest first. */
  @Get()
  async list(@Query() query: ListAlertsRequest, @CurrentIdentity() identity: Identity) {
    const clientId = tenantOf(identity);
    const { kind, boostId } = query;
    const window = readCursor(query, {
      tenant: clientId,
      filter: { kind, boostId, of: 'alerts' },
      position: ['uuid'],
    });
    const rows = await this.findAlerts.list(
      { kind, boostId },
      { before: window.after?.[0], fetch: window.fetch },
      clientId,
    );
    const { data, nextCursor } = page(rows, window, ({ id }) => [id]);
    return { data: data.map(alertOnWire), nextCursor };
  }
}

function alertOnWire({ id, kind, creatorId, boostId, facts, raisedAt }: Alert) {
  return { id, kind, creatorId, boostId, facts, raisedAt: raisedAt.toISOString() };
}
