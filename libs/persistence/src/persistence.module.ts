import { Global, Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import { Database } from './database.ts';

export interface PersistenceOptions {
  /** `postgres://role:password@host:port/database` of the service's running role. */
  readonly url: string;
  readonly schema: string;
  /** Connections of this process at most. */
  readonly poolSize: number;
  readonly entities?: MixedList<new () => object>;
}

/** How a service's processes connect: as the running role, never synchronising, in UTC. */
export function dataSourceOptions(options: PersistenceOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    entities: options.entities ?? [],
    synchronize: false,
    poolSize: options.poolSize,
    applicationName: `laurel-${options.schema.replaceAll('_', '-')}`,
    extra: { keepAlive: true },
  };
}

/** Gives a service its `Database`. */
@Global()
@Module({})
export class PersistenceModule {
  static forRoot(options: PersistenceOptions): DynamicModule {
    return {
      module: PersistenceModule,
      imports: [TypeOrmModule.forRoot(dataSourceOptions(options) as TypeOrmModuleOptions)],
      providers: [
        {
          provide: Database,
          useFactory: (dataSource: DataSource) => new Database(dataSource),
          inject: [getDataSourceToken()],
        },
      ],
      exports: [Database],
    };
  }
}
