import { SERVICES, type StatefulServiceName } from '#libs/contracts';
import { Database, dataSourceOptions } from '#libs/persistence';
import { DataSource } from 'typeorm';
import { asRole } from '../../../../infra/database/connection-url.ts';
import { passwordOf, serviceRoles } from '../../../../infra/database/roles.ts';

/** The URL of a service's running role, as its processes get it. */
export function runningUrl(adminUrl: string, service: StatefulServiceName): string {
  return asRole(adminUrl, serviceRoles(service).running, passwordOf(service, adminUrl, process.env));
}

export function connectAs(adminUrl: string, service: StatefulServiceName): Promise<Database> {
  return connect(runningUrl(adminUrl, service), SERVICES[service].schema);
}

export async function connect(url: string, schema: string): Promise<Database> {
  const options = dataSourceOptions({ url, schema, poolSize: 10 });
  return new Database(await new DataSource(options).initialize());
}
