import type { ReceivedEvent } from '#libs/contracts';
import type { EventBatch } from './consumes.ts';

export function eventBatch(events: readonly ReceivedEvent[]): EventBatch {
  return {
    events,
    latestPerSubject() {
      const latest = new Map<string, ReceivedEvent>();
      for (const event of events) latest.set(event.subject, event);
      return [...latest.values()];
    },
  };
}
