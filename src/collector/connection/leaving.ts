/**
 * Leaves channels of one session without losing lines. It sends a PING. The answer shows that every line from before the
 * PING is read, so it sends the PART. The server's PART shows that no line follows. Times are monotonic milliseconds.
 */

interface Leave {
  /** The number of the PING that the server must answer before the PART is sent. */
  mark: number;
  hasParted: boolean;
  /** When the leave is over, even if lines are unread. */
  giveUpAt: number;
  isOver: boolean;
}

export interface LeavingOptions {
  ping: (mark: number) => void;
  part: (logins: string[]) => void;
  /** Called when every line from before the PART is read, or that took too long. */
  left: (login: string) => void;
}

export class Leaving {
  readonly #leaves = new Map<string, Leave>();
  #mark = 0;
  #answered = 0;

  constructor(private readonly options: LeavingOptions) {}

  /** Sends a numbered PING and returns its number; see {@link isRead}. */
  mark(): number {
    this.options.ping(++this.#mark);
    return this.#mark;
  }

  /** Whether every line from before this PING is read. */
  isRead(mark: number): boolean {
    return this.#answered >= mark;
  }

  /** The server answered a numbered PING. */
  answered(mark: number): void {
    this.#answered = Math.max(this.#answered, Math.min(mark, this.#mark));
  }

  /** Leaves channels that are joined, or whose JOIN was sent. Each leave is over at `giveUpAt` at the latest. */
  leave(logins: readonly string[], giveUpAt: number): void {
    if (logins.length === 0) return;
    const mark = this.mark();
    for (const login of logins) this.#leaves.set(login, { mark, hasParted: false, giveUpAt, isOver: false });
  }

  /** Sends the PARTs that are due. Call it several times a second. */
  tick(now: number): void {
    const due = [...this.#leaves].filter(([, leave]) =>
      !leave.hasParted && (this.isRead(leave.mark) || now >= leave.giveUpAt)
    );
    for (const [, leave] of due) leave.hasParted = true;
    if (due.length > 0) this.options.part(due.map(([login]) => login));
    for (const [login, leave] of this.#leaves) {
      if (leave.isOver || now < leave.giveUpAt) continue;
      leave.isOver = true;
      this.options.left(login);
    }
  }

  /** The server confirmed a PART. */
  parted(login: string): void {
    const leave = this.#leaves.get(login);
    if (!leave?.hasParted) return;
    this.#leaves.delete(login);
    if (!leave.isOver) this.options.left(login);
  }

  /** Whether lines of a channel that is being left are from before the PART; `undefined` if it is not being left. */
  stateOf(login: string): "reading" | "over" | undefined {
    const leave = this.#leaves.get(login);
    return leave && (leave.isOver ? "over" : "reading");
  }

  /** Whether lines of the channel are still from before the PART. */
  isReading(login: string): boolean {
    return this.stateOf(login) === "reading";
  }

  /** Channels whose last lines are not read yet. */
  get unread(): string[] {
    return [...this.#leaves].filter(([, { isOver }]) => !isOver).map(([login]) => login);
  }

  /** Whether the server has confirmed every PART. */
  get isDrained(): boolean {
    return this.#leaves.size === 0;
  }
}
