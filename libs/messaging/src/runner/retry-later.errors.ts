/**
 * Thrown by a handler that can not go on yet for a reason outside the event (a partition that a reconciler is about to
 * make, a program that has not arrived): the whole Kafka partition waits and comes back, without end and without parking.
 */
export class RetryLater extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RetryLater';
  }
}
