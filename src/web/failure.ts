/** Errors of pages for the user: a code, what happened, and what to do. */
import { AppError, type ErrorCode, messageOf } from "../chat/errors.ts";

interface Answer {
  status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 500 | 503;
  /** Title of the error page. */
  title: string;
  /** One sentence: what the user can do now. */
  advice: string;
}

const BROKEN = {
  status: 500,
  title: "Something went wrong",
  advice: "This is a bug in Scrollback. Try again. If it happens again, look for the request id in the log.",
} as const;

const UNAVAILABLE = {
  status: 503,
  title: "Not available now",
  advice: "Try again in a few seconds.",
} as const;

/** The HTTP answer for each error code. */
const ANSWERS: Readonly<Record<ErrorCode, Answer>> = {
  invalid: {
    status: 400,
    title: "Invalid request",
    advice: "Check the address, or start again from the dashboard.",
  },
  unauthenticated: {
    status: 401,
    title: "Not logged in",
    advice: "Log in, or send a valid token in the header Authorization.",
  },
  forbidden: { status: 403, title: "Not allowed", advice: "You can still read the archive." },
  missing: {
    status: 404,
    title: "Not found",
    advice: "It may have been deleted, or the address may be mistyped.",
  },
  wrong_method: {
    status: 405,
    title: "Method not allowed",
    advice: "Send a request with another method, as the documentation says.",
  },
  too_large: { status: 413, title: "Request too large", advice: "Send less data." },
  rate_limited: { status: 429, title: "Too many requests", advice: "Wait until then and try again." },
  unavailable: UNAVAILABLE,
  in_use: UNAVAILABLE,
  damaged: {
    ...UNAVAILABLE,
    advice:
      "`deno task doctor` says what is damaged and what can be repaired. Restore the rest from a backup.",
  },
  index_unusable: {
    ...UNAVAILABLE,
    advice:
      "Recording continues. Stop Scrollback and run `deno task doctor --repair`, which rebuilds the index.",
  },
  busy: { status: 503, title: "Too many searches", advice: "Try again in a few seconds." },
  crowded: {
    status: 503,
    title: "Too many live streams",
    advice: "The page requests new messages every half second instead.",
  },
  too_slow: {
    status: 503,
    title: "This took too long",
    advice: "Restrict it to a channel, a user or dates.",
  },
  wrong_file: BROKEN,
  refused: BROKEN,
  backup: BROKEN,
  broken: BROKEN,
};

export class Failure extends AppError {
  override name = "Failure";

  /** @param advice one sentence: what the user can do now */
  constructor(code: ErrorCode, message: string, readonly advice: string = ANSWERS[code].advice) {
    super(code, message);
  }

  get status(): Answer["status"] {
    return ANSWERS[this.code].status;
  }

  /** The message with a full stop: those of other APIs have none. */
  get sentence(): string {
    return /[.!?]$/.test(this.message) ? this.message : `${this.message}.`;
  }

  /** For programs: the message and the advice, except that for people who typed an address. */
  get detail(): string {
    const isForPeople = this.advice === ANSWERS.invalid.advice;
    return isForPeople ? this.sentence : `${this.sentence} ${this.advice}`;
  }

  get title(): string {
    return ANSWERS[this.code].title;
  }
}

/**
 * Converts any error to a failure for the user. The text of unknown errors is not shown, because it may be
 * sensitive.
 */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = error instanceof AppError ? error.code : "broken";
  switch (code) {
    case "too_slow":
      return new Failure(code, "This took longer than 5 s and was cancelled.");
    case "index_unusable":
      return new Failure(code, `The search index cannot be used: ${messageOf(error)}.`);
    case "forbidden":
      return new Failure(code, `${messageOf(error)}.`);
    case "unavailable":
    case "in_use":
    case "damaged":
      return new Failure(code, `The archive cannot be used: ${messageOf(error)}.`);
    default:
      return new Failure("broken", "The page could not be rendered.");
  }
}
