export * from './explained.ts';
export { partitionsRead } from './read-plan.ts';
