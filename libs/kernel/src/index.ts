export * from './calendar-date.ts';
export * from './clock.ts';
export * from './ids.ts';
export * from './money.ts';
export * from './rate.ts';
export * from './time-zone.ts';
