import type { ConfigOf, Field, FieldTable } from './fields.ts';

export interface ConfigFault {
  readonly variable: string;
  readonly problem: string;
  readonly expected: string;
}

/** What is wrong with the environment: everything at once, so that one start tells all. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.variable}: ${fault.problem}; expected ${fault.expected}`);
    super(`the configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every field; an empty variable is an unset one.
 * @throws ConfigError with all faults. Secrets are never repeated in it.
 */
export function readConfig<Fields extends FieldTable>(fields: Fields, env: Environment): ConfigOf<Fields> {
  const faults: ConfigFault[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const result = readField(field, env[field.variable]);
    if (result.fault === undefined) config[name] = result.value;
    else faults.push({ variable: field.variable, problem: result.fault, expected: field.expected });
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as ConfigOf<Fields>;
}

function readField(field: Field<unknown>, set: string | undefined): { value?: unknown; fault?: string } {
  const given = set?.trim() ?? '';
  if (given === '') return field.required ? { fault: 'is not set' } : { value: field.fallback };
  const value = field.parse(given);
  if (value !== undefined) return { value };
  return { fault: field.secret ? 'is not valid' : `is ${JSON.stringify(given.slice(0, 80))}` };
}
