/** What a page could not do, said to the person who asked: a kind, what happened, and what to do about it. */

/** The one table from a failure's kind to its status. */
export const STATUS = {
  invalid: 400,
  forbidden: 403,
  missing: 404,
  too_large: 413,
  guessing: 429,
  broken: 500,
  unavailable: 503,
  busy: 503,
  crowded: 503,
  too_slow: 503,
} as const;

export type FailureKind = keyof typeof STATUS;

export class Failure extends Error {
  override name = "Failure";
  /** @param advice one sentence: what the person can do now */
  constructor(readonly kind: FailureKind, message: string, readonly advice: string = ADVICE[kind]) {
    super(message);
  }
  get status(): typeof STATUS[FailureKind] {
    return STATUS[this.kind];
  }
}

const ADVICE = {
  invalid: "Check the address, or start again from the dashboard.",
  forbidden: "Reading the archive is still possible.",
  missing: "It may have been deleted, or the address may be mistyped.",
  too_large: "Send less at once.",
  guessing: "Wait until then, and try again.",
  broken: "This is a fault of the program. Try again; if it comes back, look for the request id in the log.",
  unavailable: "Try again in a few seconds.",
  busy: "Try again in a few seconds.",
  crowded: "The page asks for new messages every half second instead.",
  too_slow: "Narrow it down: name a channel, a user or dates.",
} as const satisfies Record<FailureKind, string>;

/** The titles of error pages. */
export const TITLES = {
  invalid: "That is not a valid request",
  forbidden: "Not allowed",
  missing: "There is nothing here",
  too_large: "That was too much at once",
  guessing: "Too many attempts",
  broken: "Something went wrong",
  unavailable: "Not available just now",
  busy: "Too many searches at once",
  crowded: "Too many live streams",
  too_slow: "This took too long",
} as const satisfies Record<FailureKind, string>;

/** Anything thrown, as a failure that may be shown: what is not known to be harmless says nothing of its cause. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  // By name, because web/ does not know the archive.
  if (error instanceof Error && error.name === "DeadlineError") {
    return new Failure("too_slow", "This took longer than 5 s, and was ended.");
  }
  if (error instanceof Error && error.name === "DamagedError") {
    return new Failure(
      "unavailable",
      `The archive cannot be used: ${error.message}.`,
      "`deno task doctor` tells what is damaged and what can be repaired; a backup brings back the rest.",
    );
  }
  if (error instanceof Error && error.name === "IndexError") {
    return new Failure(
      "unavailable",
      `The search index cannot be used: ${error.message}.`,
      "Recording goes on. Stop Scrollback and run `deno task doctor --repair`, which builds the index anew.",
    );
  }
  if (error instanceof Error && error.name === "UnavailableError") {
    return new Failure("unavailable", `The archive cannot be used: ${error.message}.`);
  }
  return new Failure("broken", "The page could not be made.");
}
