import { formatMetric } from '../domain/program/metric-format.ts';
import type { Program } from '../domain/program/program.ts';
import type { ToldDecision } from '../domain/standing/told-decision.ts';

export function decisionOnWire(decision: ToldDecision, program: Program) {
  const wire = (value: bigint) => formatMetric(value, program);
  const { kind, decidedFor, windowStart, dueDate, tierBefore, tierAfter, outcome, programVersion, cause } = decision;
  return {
    kind,
    decidedFor,
    windowStart,
    dueDate,
    value: wire(decision.value),
    threshold: wire(decision.threshold),
    tierBefore,
    tierAfter,
    outcome,
    programVersion,
    cause,
    tierVersion: decision.tierVersion,
    adjustmentsCounted: decision.adjustmentsCounted,
    base: wire(decision.base),
    opening: wire(decision.opening),
  };
}
