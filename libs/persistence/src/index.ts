export * from './database.ts';
export * from './foreground.ts';
export * from './partitions.ts';
export * from './persistence.module.ts';
export * from './sql.ts';
export * from './tenant-tables.ts';
export * from './transaction.ts';
