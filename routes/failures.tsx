/** Failures as pages and as fragments, and answers to requests that no route takes. */
import type { Context, ErrorHandler, Hono, NotFoundHandler } from "hono";
import { ErrorFragment, ErrorPage } from "../components/page/error_page.tsx";
import { isApiPath } from "./api/mod.ts";
import { BASE } from "./api/v1/app.ts";
import { problem } from "./api/v1/problem.ts";
import { Failure } from "../src/web/failure.ts";
import { wantsFragment } from "../src/web/htmx.ts";
import { methodsOf } from "../src/web/methods.ts";
import { failed } from "./shared/failed.ts";
import { unknownAddress } from "./shared/open_reads.ts";
import type { Env, Site } from "./site.tsx";

/** Answers OPTIONS, and refuses a method that the address does not know, or an address that there is not. */
export function answerUnrouted(app: Hono<Env>): NotFoundHandler<Env> {
  return function answerUnrouted(c) {
    const { method, path } = c.req;
    const methods = methodsOf(app, path);
    if (methods.length > 0) {
      if (method === "OPTIONS") return c.body(null, 204);
      const possible = methods.filter((each) => each !== "HEAD" && each !== "OPTIONS").join(" or ");
      throw new Failure("wrong_method", `${method} is not possible at this address.`, `Use ${possible}.`);
    }
    if (path.startsWith(`${BASE}/`)) throw new Failure("missing", "There is nothing at this address.");
    if (isApiPath(path)) return unknownAddress(c);
    throw new Failure("missing", "There is no page at this address.");
  };
}

export function answerFailure(site: Site): ErrorHandler<Env> {
  return async function answerFailure(error, c) {
    const failure = failed(site, c, error);
    if (c.get("abandoned")?.aborted) return c.body(null, failure.status);
    const props = {
      title: failure.title,
      message: failure.sentence,
      advice: failure.advice,
      requestId: failure.code === "broken" ? c.get("requestId") : undefined,
    };
    if (failure.status === 401) c.header("WWW-Authenticate", 'Bearer realm="Scrollback"');
    if (wantsProblem(c)) {
      const { title, detail, status } = failure;
      return problem(c, { title, status, detail, request_id: props.requestId });
    }
    if (isForBots(c.req.path)) return c.text(`${failure.detail}\n`, failure.status);
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
  if (c.req.path.startsWith(`${BASE}/`)) return true;
  const accept = c.req.header("Accept") ?? "";
  if (accept.includes("text/html")) return false;
  return accept.includes("json") ||
    !isForBots(c.req.path) && (c.get("token") !== undefined || c.get("refusal") !== undefined);
}

/** Their addresses are rustlog's, which answers with text. */
function isForBots(path: string): boolean {
  return path.startsWith("/admin/") || isApiPath(path);
}
