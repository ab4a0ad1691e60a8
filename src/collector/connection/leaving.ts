/**
 * Leaving channels of one connection without losing what was said there: first a PING, then a PART once its answer shows that
 * everything before is read, and then the server's PART shows that nothing follows. Times are monotonic milliseconds.
 */

interface Leave {
  /** Of the PING that is to be answered before the PART goes out. */
  mark: number;
  hasParted: boolean;
  /** It is over then, whatever is still unread. */
  giveUpAt: number;
  isOver: boolean;
}

export interface LeavingOptions {
  ping: (mark: number) => void;
  part: (logins: string[]) => void;
  /** What was said in the channel up to the PART is read, or that took too long. */
  left: (login: string) => void;
}

export class Leaving {
  readonly #leaves = new Map<string, Leave>();
  #mark = 0;
  #answered = 0;

  constructor(private readonly options: LeavingOptions) {}

  /** Asks the server for a sign that it has sent all that was said before; see {@link isRead}. */
  mark(): number {
    this.options.ping(++this.#mark);
    return this.#mark;
  }

  /** Whether everything that was said before `mark` is read. */
  isRead(mark: number): boolean {
    return this.#answered >= mark;
  }

  /** The server answered a PING of ours. */
  answered(mark: number): void {
    this.#answered = Math.max(this.#answered, Math.min(mark, this.#mark));
  }

  /** Leaves channels that were joined, or whose JOIN is under way. It is over at `giveUpAt` at the latest. */
  leave(logins: readonly string[], giveUpAt: number): void {
    if (logins.length === 0) return;
    const mark = this.mark();
    for (const login of logins) this.#leaves.set(login, { mark, hasParted: false, giveUpAt, isOver: false });
  }

  /** Several times a second. */
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

  /** Whether lines of the channel may still come. */
  has(login: string): boolean {
    return this.#leaves.has(login);
  }

  /** Whether they still belong to what was said before it was left. */
  isReading(login: string): boolean {
    return this.#leaves.get(login)?.isOver === false;
  }

  /** Channels of which not everything is read. */
  get unread(): string[] {
    return [...this.#leaves].filter(([, { isOver }]) => !isOver).map(([login]) => login);
  }

  /** Whether everything is read in every channel that was left. */
  get isDrained(): boolean {
    return this.#leaves.size === 0;
  }
}
