/** What a page could not do, said to the person who asked: a code, what happened, and what to do about it. */
import { AppError, type ErrorCode } from "../chat/errors.ts";

interface Answer {
  status: 400 | 403 | 404 | 413 | 429 | 500 | 503;
  /** Of the error page. */
  title: string;
  /** One sentence: what the person can do now. */
  advice: string;
}

const BROKEN = {
  status: 500,
  title: "Something went wrong",
  advice: "This is a fault of the program. Try again; if it comes back, look for the request id in the log.",
} as const;

const UNAVAILABLE = {
  status: 503,
  title: "Not available just now",
  advice: "Try again in a few seconds.",
} as const;

/** The one table from an error's code to its answer over HTTP. */
const ANSWERS: Readonly<Record<ErrorCode, Answer>> = {
  invalid: {
    status: 400,
    title: "That is not a valid request",
    advice: "Check the address, or start again from the dashboard.",
  },
  forbidden: { status: 403, title: "Not allowed", advice: "Reading the archive is still possible." },
  missing: {
    status: 404,
    title: "There is nothing here",
    advice: "It may have been deleted, or the address may be mistyped.",
  },
  too_large: { status: 413, title: "That was too much at once", advice: "Send less at once." },
  rate_limited: { status: 429, title: "Too many attempts", advice: "Wait until then, and try again." },
  unavailable: UNAVAILABLE,
  in_use: UNAVAILABLE,
  damaged: {
    ...UNAVAILABLE,
    advice:
      "`deno task doctor` tells what is damaged and what can be repaired; a backup brings back the rest.",
  },
  index_unusable: {
    ...UNAVAILABLE,
    advice:
      "Recording goes on. Stop Scrollback and run `deno task doctor --repair`, which builds the index anew.",
  },
  busy: { status: 503, title: "Too many searches at once", advice: "Try again in a few seconds." },
  crowded: {
    status: 503,
    title: "Too many live streams",
    advice: "The page asks for new messages every half second instead.",
  },
  too_slow: {
    status: 503,
    title: "This took too long",
    advice: "Narrow it down: name a channel, a user or dates.",
  },
  wrong_file: BROKEN,
  refused: BROKEN,
  backup: BROKEN,
  broken: BROKEN,
};

export class Failure extends AppError {
  override name = "Failure";

  /** @param advice one sentence: what the person can do now */
  constructor(code: ErrorCode, message: string, readonly advice: string = ANSWERS[code].advice) {
    super(code, message);
  }

  get status(): Answer["status"] {
    return ANSWERS[this.code].status;
  }

  get title(): string {
    return ANSWERS[this.code].title;
  }
}

/** Anything thrown, as a failure that may be shown: what is not known to be harmless says nothing of its cause. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = error instanceof AppError ? error.code : "broken";
  switch (code) {
    case "too_slow":
      return new Failure(code, "This took longer than 5 s, and was ended.");
    case "index_unusable":
      return new Failure(code, `The search index cannot be used: ${messageOf(error)}.`);
    case "unavailable":
    case "in_use":
    case "damaged":
      return new Failure(code, `The archive cannot be used: ${messageOf(error)}.`);
    default:
      return new Failure("broken", "The page could not be made.");
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
