/** Progress of a command on stderr: one line that is rewritten on a terminal, otherwise one line per step. */

export class Progress implements Disposable {
  readonly #terminal = Deno.stderr.isTerminal();
  #line = "";

  /** `share` is the completed part of the step, 0 to 1. Without a terminal it is printed in steps of 10 %. */
  report(step: string, share?: number): void {
    const percent = share === undefined
      ? ""
      : ` ${this.#terminal ? Math.floor(share * 100) : Math.floor(share * 10) * 10} %`;
    const line = step + percent;
    if (line === this.#line) return;
    this.#line = line;
    write(this.#terminal ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Clears the line on a terminal. */
  end(): void {
    if (this.#terminal && this.#line !== "") write("\r\x1b[K");
    this.#line = "";
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Time since `startedAt` (a value of `performance.now()`). */
export function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
