import type { ClientId } from '#libs/kernel';
import { Database } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Alert } from '../domain/alert/alert.ts';
import { AlertRepository, type AlertFilter } from '../persistence/alert.repository.ts';

/** What the people of a client were told of. */
@Injectable()
export class FindAlerts {
  constructor(
    private readonly database: Database,
    private readonly alerts: AlertRepository,
  ) {}

  list(
    filter: AlertFilter,
    window: { readonly before: string | undefined; readonly fetch: number },
    clientId: ClientId,
  ): Promise<Alert[]> {
    return this.database.inTenant(clientId, (tx) => this.alerts.list(filter, window, tx));
  }
}
