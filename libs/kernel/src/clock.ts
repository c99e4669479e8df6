/** The real time, for instants that are recorded (`claimedAt`, `paidAt`). Calendar rules never ask it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The token under which a Nest module provides its Clock. */
export const CLOCK = Symbol('Clock');
