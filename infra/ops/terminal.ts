export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Lines that stay, and one that is written over while it changes. */
export class Terminal {
  readonly #output: Output;
  #shown = '';

  constructor(output: Output) {
    this.#output = output;
  }

  print(line: string): void {
    this.#output.write(`${this.#output.isTTY && this.#shown !== '' ? '\n' : ''}${line}\n`);
    this.#shown = '';
  }

  /** In place on a terminal; elsewhere a line whenever it says something else. */
  show(line: string): void {
    if (line === this.#shown) return;
    this.#shown = line;
    this.#output.write(this.#output.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
  }
}
