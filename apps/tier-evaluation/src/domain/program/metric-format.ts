import { decimalsOf, formatMinor, parseMinor } from '#libs/kernel';
import type { MetricValue } from '../ladder/ladder.ts';
import type { ProgramTerms } from './program.ts';

type Measured = Pick<ProgramTerms, 'metric' | 'currency'>;

/** Values of the metric on the wire: `1234.56` in a sales program, `1234` in a units program. */
export function formatMetric(value: MetricValue, program: Measured): string {
  return formatMinor(value, decimalsOfMetric(program));
}

/** Undefined for anything but a plain decimal with at most the metric's decimals. */
export function parseMetric(text: string, program: Measured): MetricValue | undefined {
  return parseMinor(text, decimalsOfMetric(program));
}

function decimalsOfMetric(program: Measured): number {
  return program.metric === 'units' ? 0 : decimalsOf(program.currency);
}
