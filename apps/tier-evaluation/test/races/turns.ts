import { AsyncLocalStorage } from 'node:async_hooks';
import { eventually } from '#libs/testing';

interface Participant {
  readonly name: string;
  /** Lets it go on; undefined while it runs. */
  proceed: (() => void) | undefined;
  done: boolean;
}

const current = new AsyncLocalStorage<Participant>();

/**
 * Lets concurrent work go on one gate at a time, in a drawn order, while its transactions stay open between the gates.
 * Whoever waits for a lock that another holds at a gate is seen to wait, and somebody else goes on.
 */
export class Turns {
  readonly #random: () => number;
  readonly #waitingForLocks: () => Promise<number>;
  #participants: Participant[] = [];
  #arrived = (): void => {};
  /** Who went on from where, for the message of a failure. */
  readonly order: string[] = [];

  /** @param waitingForLocks how many connections wait for a lock at this moment */
  constructor(random: () => number, waitingForLocks: () => Promise<number>) {
    this.#random = random;
    this.#waitingForLocks = waitingForLocks;
  }

  /** Where a participant may be held; nothing to anybody else. */
  async gate(place: string): Promise<void> {
    const participant = current.getStore();
    if (participant === undefined) return;
    await new Promise<void>((resolve) => {
      participant.proceed = resolve;
      this.#arrived();
    });
    this.order.push(`${participant.name}: ${place}`);
  }

  /** Runs all of it to its end. @returns how each has ended, in the order given */
  async run(works: ReadonlyMap<string, () => Promise<unknown>>): Promise<PromiseSettledResult<unknown>[]> {
    this.#participants = [...works.keys()].map((name) => ({ name, proceed: undefined, done: false }));
    const ends = [...works.values()].map((work, index) => {
      const participant = this.#participants[index] as Participant;
      const end = current.run(participant, async () => {
        await this.gate('start');
        return work();
      });
      return end.finally(() => {
        participant.done = true;
        this.#arrived();
      });
    });
    const settled = Promise.allSettled(ends);
    while (this.#participants.some(({ done }) => !done)) await this.#letOneGo();
    return settled;
  }

  async #letOneGo(): Promise<void> {
    await this.#quiet();
    const held = this.#participants.filter(({ proceed }) => proceed !== undefined);
    const next = held[Math.floor(this.#random() * held.length)];
    const proceed = next?.proceed;
    if (next !== undefined) next.proceed = undefined;
    proceed?.();
  }

  /** Until whoever runs has come to a gate or to the end, or waits for somebody who is held. */
  async #quiet(): Promise<void> {
    while (this.#running() > 0) {
      let arrived = false;
      const arrival = new Promise<void>((resolve) => {
        this.#arrived = () => {
          arrived = true;
          resolve();
        };
      });
      await Promise.race([arrival, eventually(async () => arrived || (await this.#isStuck()))]);
      if (!arrived) return;
    }
  }

  async #isStuck(): Promise<boolean> {
    const anybodyHeld = this.#participants.some(({ proceed }) => proceed !== undefined);
    return anybodyHeld && (await this.#waitingForLocks()) >= this.#running();
  }

  #running(): number {
    return this.#participants.filter(({ done, proceed }) => !done && proceed === undefined).length;
  }
}
