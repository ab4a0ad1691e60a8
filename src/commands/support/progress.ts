/** What a command is doing, told on stderr: one line that changes on a terminal, a line a step elsewhere. */

export class Progress implements Disposable {
  readonly #terminal = Deno.stderr.isTerminal();
  #said = "";

  /** `share` is how much of this step is done, 0 to 1. Elsewhere than on a terminal it is told in tenths. */
  tell(doing: string, share?: number): void {
    const percent = share === undefined
      ? ""
      : ` ${this.#terminal ? Math.floor(share * 100) : Math.floor(share * 10) * 10} %`;
    const line = doing + percent;
    if (line === this.#said) return;
    this.#said = line;
    write(this.#terminal ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Leaves the terminal's line to what comes next. */
  end(): void {
    if (this.#terminal && this.#said !== "") write("\r\x1b[K");
    this.#said = "";
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** How long ago `startedAt` (of `performance.now()`) was. */
export function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
