/** Failures as pages and as fragments. */
import type { Context, ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { ErrorFragment, ErrorPage } from "../components/page/error_page.tsx";
import { asFailure, Failure } from "../src/web/failure.ts";
import { wantsFragment } from "../src/web/htmx.ts";
import type { Env, Site } from "./site.tsx";

export function answerFailure(site: Site): ErrorHandler<Env> {
  return async function answerFailure(error, c) {
    const failure = asFailure(error instanceof HTTPException ? readable(error) : error);
    const requestId = c.get("requestId");
    if (failure.code === "broken") {
      site.log.error("{method} {path} failed: {error}", {
        method: c.req.method,
        path: c.req.path,
        requestId,
        error: error instanceof Error ? error.stack : String(error),
        cause: error.cause,
      });
    }
    if (c.get("abandoned")?.aborted) return c.body(null, failure.status);
    const props = {
      title: failure.title,
      message: failure.message,
      advice: failure.advice,
      requestId: failure.code === "broken" ? requestId : undefined,
    };
    if (failure.status === 401) c.header("WWW-Authenticate", 'Bearer realm="Scrollback"');
    if (failure.status === 503) c.header("Retry-After", failure.code === "crowded" ? "30" : "5");
    if (wantsProblem(c)) {
      const { title, message, advice, status } = failure;
      const problem = { type: "about:blank", title, status, detail: `${message} ${advice}` };
      return c.body(JSON.stringify(problem), status, { "Content-Type": "application/problem+json" });
    }
    if (isForBots(c.req.path)) return c.text(`${failure.message} ${failure.advice}\n`, failure.status);
    if (wantsFragment(c)) return c.html(<ErrorFragment {...props} />, failure.status);
    return await site.page(
      c,
      { title: props.title },
      <ErrorPage
        {...props}
        status={failure.status}
        mayLogIn={failure.status === 401 && c.get("access") === "logged-out"}
      />,
      failure.status,
    );
  };
}

/** Whether a program asks, not a browser: it gets the failure as RFC 9457 has it. */
function wantsProblem(c: Context<Env>): boolean {
  const accept = c.req.header("Accept") ?? "";
  if (accept.includes("text/html")) return false;
  return accept.includes("json") ||
    !isForBots(c.req.path) && (c.get("token") !== undefined || c.get("refusal") !== undefined);
}

/** Their addresses are rustlog's, which answers with text. */
function isForBots(path: string): boolean {
  return path.startsWith("/admin/");
}

/** Hono's own errors, such as for a body that does not match its Content-Type. */
function readable(error: HTTPException): Failure {
  if (error.status === 413) return new Failure("too_large", "The request was too long.");
  if (error.status < 500) return new Failure("invalid", error.message || "The request could not be read.");
  return new Failure("broken", "The page could not be rendered.");
}
