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
}

/** One operation. It acts through the gateway alone, with an operator's token, as anybody else could. */
export interface Command {
  readonly name: string;
  readonly help: string;
  /** What it takes before its options, each with the values it may have. */
  readonly subjects: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /** @returns the exit code: 0 when all is well, 1 when there is something to look at */
  readonly run: (invocation: Invocation) => Promise<number>;
}
