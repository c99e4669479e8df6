export * from './envelope/envelope.ts';
export * from './machinery.ts';
export * from './outbox/lanes.ts';
export * from './outbox/outbox.ts';
export * from './outbox/partitioner.ts';
export * from './runner/consumes.ts';
