import { describe, expect, it } from '@jest/globals';
import { parseCommandLine, UsageError } from './command-line.ts';
import type { Command } from './command.ts';

const mend: Command = {
  name: 'mend',
  help: 'Mends what is broken.',
  subjects: [{ name: 'thing', values: ['fence', 'roof'] }],
  options: {
    client: { value: '<clientId>', help: 'whose', required: true },
    colour: { value: '<colour>', help: 'in which', required: false },
  },
  run: () => Promise.resolve(0),
};
const look: Command = { name: 'look', help: 'Looks around.', subjects: [], options: {}, run: () => Promise.resolve(0) };

const parse = (...args: string[]) => parseCommandLine([mend, look], args);

function refusal(...args: string[]): UsageError {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error(`${args.join(' ')} is taken`);
}

describe('npm run ops', () => {
  it('reads subjects, the options of the command, and what every command takes', () => {
    expect(parse('mend', 'roof', '--client', 'c', '--url', 'http://there', '--token', 't')).toEqual({
      command: mend,
      subjects: ['roof'],
      options: { client: 'c' },
      url: 'http://there',
      token: 't',
    });
    expect(parse('look')).toMatchObject({ command: look, options: {}, url: undefined, token: undefined });
  });

  it('lists the commands when asked, and as a fault when it is given none', () => {
    expect(refusal('--help')).toMatchObject({
      exitCode: 0,
      message: expect.stringMatching(/mend {2}Mends .*\n.*look {2}Looks/),
    });
    expect(refusal()).toMatchObject({ exitCode: 2 });
  });

  it('tells the options of one command', () => {
    const { message, exitCode } = refusal('mend', '--help');
    expect(exitCode).toBe(0);
    expect(message).toContain('npm run ops -- mend <thing> --client <clientId> [--colour <colour>]');
    expect(message).toContain('one of fence, roof');
    expect(message).toContain('--token <token>');
  });

  it.each([
    [['dance'], 'there is no command dance'],
    [['mend', 'roof'], '--client is missing'],
    [['mend', '--client', 'c'], 'mend takes other arguments'],
    [['mend', 'roof', 'fence', '--client', 'c'], 'mend takes other arguments'],
    [['mend', 'car', '--client', 'c'], 'thing is one of fence, roof, not car'],
    [['mend', 'roof', '--client', 'c', '--size', '3'], '--size'],
    [['look', '--client', 'c'], '--client'],
  ])('refuses %j: %s', (args, fault) => {
    expect(refusal(...args)).toMatchObject({ exitCode: 2, message: expect.stringContaining(fault) });
    expect(refusal(...args).message).toContain('usage: npm run ops');
  });
});
