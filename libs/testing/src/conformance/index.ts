export * from './conformance-world.ts';
export * from './describe-consumer.ts';
export * from './list-consumers.ts';
