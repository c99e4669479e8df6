import { CheckpointEvaluatedV1, newEvent, TierChangedV1, type DataOf, type NewEvent } from '#libs/contracts';
import type { ClientId, CreatorId } from '#libs/kernel';
import type { Decision } from '../domain/standing/decision.ts';

/** What others hear of a decision: the figures of a checkpoint, then the change of tier if it is one. */
export function decisionEvents(clientId: ClientId, creatorId: CreatorId, decision: Decision): NewEvent[] {
  const of = { clientId, aggregateId: creatorId, subject: creatorId };
  const events: NewEvent[] = [];
  if (decision.kind === 'checkpoint') {
    const { windowStart, dueDate, outcome, tierBefore, tierAfter, tierVersion, programVersion } = decision;
    events.push(
      newEvent(CheckpointEvaluatedV1, {
        ...of,
        aggregateVersion: decision.checkpointNumber,
        data: {
          windowStart,
          dueDate,
          value: decision.value.toString(),
          opening: decision.opening.toString(),
          threshold: decision.threshold.toString(),
          tierBefore,
          tierAfter,
          outcome,
          tierVersion,
          programVersion,
        },
      }),
    );
  }
  if (decision.tierAfter !== decision.tierBefore) {
    const { tierBefore, tierAfter, tierVersion, decidedFor, programVersion } = decision;
    const data = { tierBefore, tierAfter, tierVersion, decidedFor, cause: causeOf(decision), programVersion };
    events.push(newEvent(TierChangedV1, { ...of, aggregateVersion: tierVersion, data }));
  }
  return events;
}

function causeOf(decision: Decision): DataOf<typeof TierChangedV1>['cause'] {
  if (decision.kind === 'promotion') return decision.cause;
  return { kind: 'checkpoint', windowStart: decision.windowStart, dueDate: decision.dueDate };
}
