import { parseArgs } from 'node:util';
import type { Command, Subject } from './command.ts';

/** What is wrong with a command line, with the usage; or the usage alone, which was asked for. */
export class UsageError extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.name = 'UsageError';
    this.exitCode = exitCode;
  }
}

export interface ParsedCommand {
  readonly command: Command;
  readonly subjects: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly url: string | undefined;
  readonly token: string | undefined;
}

const COMMON = {
  url: 'of the gateway; else LAUREL_URL, else http://127.0.0.1:3000 (GATEWAY_PORT)',
  token: 'of an operator; else LAUREL_TOKEN, else one signed with the local development key',
};

/** @throws UsageError for `--help` and for anything that no command takes */
export function parseCommandLine(commands: readonly Command[], args: readonly string[]): ParsedCommand {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    throw new UsageError(usageOfAll(commands), name === undefined ? 2 : 0);
  }
  const command = commands.find((known) => known.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${name}\n\n${usageOfAll(commands)}`, 2);
  const { values, positionals } = parse(command, rest);
  if (values['help'] === true) throw new UsageError(usageOf(command), 0);
  const { url, token, ...options } = values as Record<string, string>;
  const missing = Object.entries(command.options).find(([option, { required }]) => required && !options[option]);
  if (missing !== undefined) throw refused(command, `--${missing[0]} is missing`);
  return { command, subjects: subjectsOf(command, positionals), options, url, token };
}

function parse(command: Command, args: readonly string[]) {
  const text = { type: 'string' } as const;
  const own = Object.fromEntries(Object.keys(command.options).map((option) => [option, text]));
  const options = { ...own, url: text, token: text, help: { type: 'boolean' } as const };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw refused(command, error instanceof Error ? error.message : String(error));
  }
}

function subjectsOf(command: Command, given: readonly string[]): readonly string[] {
  if (given.length !== command.subjects.length) throw refused(command, `${command.name} takes other arguments`);
  for (const [index, subject] of command.subjects.entries()) {
    const value = given[index] ?? '';
    if ('values' in subject && !subject.values.includes(value)) {
      throw refused(command, `${subject.name} is one of ${subject.values.join(', ')}, not ${value}`);
    }
  }
  return given;
}

function refused(command: Command, fault: string): UsageError {
  return new UsageError(`${fault}\n\n${usageOf(command)}`, 2);
}

function usageOfAll(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}`);
  return [
    'usage: npm run ops -- <command> [options]',
    '',
    ...lines,
    '',
    '`npm run ops -- <command> --help` tells the options of one.',
  ].join('\n');
}

function usageOf({ name, help, subjects, options }: Command): string {
  const own = Object.entries(options);
  const taken = [
    ...subjects.map((subject) => `<${subject.name}>`),
    ...own.map(([option, { value, required }]) => (required ? `--${option} ${value}` : `[--${option} ${value}]`)),
  ];
  const lines = [
    ...subjects.map((subject) => [`<${subject.name}>`, meaningOf(subject)] as const),
    ...own.map(([option, { value, help: meaning }]) => [`--${option} ${value}`, meaning] as const),
    ...Object.entries(COMMON).map(([option, meaning]) => [`--${option} <${option}>`, meaning] as const),
  ];
  const width = Math.max(...lines.map(([what]) => what.length));
  return [
    `usage: npm run ops -- ${[name, ...taken].join(' ')}`,
    '',
    help,
    '',
    ...lines.map(([what, meaning]) => `  ${what.padEnd(width)}  ${meaning}`),
  ].join('\n');
}

function meaningOf(subject: Subject): string {
  return 'values' in subject ? `one of ${subject.values.join(', ')}` : subject.meaning;
}
