import { execFile, type ExecFileOptions } from 'node:child_process';

export interface CommandResult {
  /** undefined when the program could not be started at all. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** Runs a program to its end. Never rejects: what a failure means is the caller's to say. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, args, { ...options, encoding: 'utf8', maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ exitCode: 0, output });
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, output });
      else if (error.signal) resolve({ exitCode: 128, output: `${error.signal}\n${output}` });
      else resolve({ exitCode: undefined, output: error.message });
    });
  });
}
