/** Errors of the interface as problem details (RFC 9457). */
import { z } from "@hono/zod-openapi";
import type { Context, ErrorHandler } from "hono";
import type { SearchProblem } from "../../../src/search/language/tree.ts";
import { Failure } from "../../../src/web/failure.ts";
import { failed } from "../../shared/failed.ts";
import type { Env, Site } from "../../site.tsx";

/** A problem as the interface answers it. */
const Problem = z.object({
  type: z.string().openapi({ description: "Always `about:blank`: the status says what kind it is." }),
  title: z.string(),
  status: z.int(),
  detail: z.string().openapi({ description: "What is wrong, with the value that was sent." }),
  errors: z.array(z.object({
    detail: z.string(),
    parameter: z.string(),
    from: z.int().optional().openapi({ description: "Where in the parameter, in UTF-16 units." }),
    to: z.int().optional(),
  })).optional(),
  request_id: z.string().optional().openapi({ description: "Of a bug: find it in the log of Scrollback." }),
}).openapi("Problem");

/** A wrong value of a parameter. */
export interface ParameterError {
  parameter: string;
  detail: string;
  from?: number;
  to?: number;
}

/** A request with wrong parameters. */
export class InvalidParameters extends Failure {
  constructor(readonly errors: readonly ParameterError[]) {
    super("invalid", errors[0]!.detail);
  }
}

/** The problems of a search text in the parameter `q`. */
export function searchErrors(problems: readonly SearchProblem[]): InvalidParameters {
  return new InvalidParameters(
    problems.map(({ from, to, sentence }) => ({ parameter: "q", detail: sentence, from, to })),
  );
}

/** The statuses that every operation may answer with. */
export const PROBLEMS = {
  400: { description: "A parameter is wrong.", content: { "application/problem+json": { schema: Problem } } },
  404: {
    description: "There is nothing with this name or id.",
    content: { "application/problem+json": { schema: Problem } },
  },
  503: {
    description: "It took too long, or too many ask at once. Try again after `Retry-After`.",
    content: { "application/problem+json": { schema: Problem } },
  },
} as const;

/** Answers errors of the interface; those of the program are logged like those of pages. */
export function answerProblem(site: Site): ErrorHandler<Env> {
  return function answerProblem(error, c) {
    const failure = failed(site, c, error);
    return problem(c, {
      title: failure.title,
      status: failure.status,
      detail: failure.detail,
      ...error instanceof InvalidParameters && { errors: [...error.errors] },
      ...failure.code === "broken" && { request_id: c.get("requestId") },
    });
  };
}

/** Answers with a problem. */
export function problem(c: Context, details: Omit<z.infer<typeof Problem>, "type">): Response {
  return c.body(JSON.stringify({ type: "about:blank", ...details }), details.status as 400, {
    "Content-Type": "application/problem+json; charset=utf-8",
    "Cache-Control": "no-store",
  });
}
