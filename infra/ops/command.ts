import type { GatewayClient } from './gateway-client.ts';

/** What a command line may hold besides `--url`, `--token` and `--help`, which every command takes. */
export interface CommandOption {
  /** In the usage line: `<clientId>`. */
  readonly value: string;
  readonly help: string;
  readonly required: boolean;
}

export interface Invocation {
  /** By the name of the option; what was not given is not there. */
  readonly options: Readonly<Record<string, string>>;
  /** What the command takes before its options, in order. */
  readonly subjects: readonly string[];
  readonly gateway: GatewayClient;
  /** A line on the terminal. */
  readonly print: (line: string) => void;
  /** A line that the next one takes the place of. */
  readonly show: (line: string) => void;
}

/** One of a closed list, or anything that `meaning` says. */
export type Subject =
  { readonly name: string; readonly values: readonly string[] } | { readonly name: string; readonly meaning: string };

/** One operation. It acts through the gateway alone, with an operator's token, as anybody else could. */
export interface Command {
  readonly name: string;
  readonly help: string;
  /** What it takes before its options. */
  readonly subjects: readonly Subject[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /** @returns the exit code: 0 when all is well, 1 when there is something to look at */
  readonly run: (invocation: Invocation) => Promise<number>;
}
