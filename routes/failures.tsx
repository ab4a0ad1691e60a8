/** Failures as pages and as fragments. */
import type { Context, ErrorHandler } from "hono";
import { ErrorFragment, ErrorPage } from "../components/page/error_page.tsx";
import { isApiPath } from "./api/mod.ts";
import { BASE } from "./api/v1/app.ts";
import { wantsFragment } from "../src/web/htmx.ts";
import { failed } from "./shared/failed.ts";
import type { Env, Site } from "./site.tsx";

export function answerFailure(site: Site): ErrorHandler<Env> {
  return async function answerFailure(error, c) {
    const failure = failed(site, c, error);
    if (c.get("abandoned")?.aborted) return c.body(null, failure.status);
    const props = {
      title: failure.title,
      message: failure.message,
      advice: failure.advice,
      requestId: failure.code === "broken" ? c.get("requestId") : undefined,
    };
    if (failure.status === 401) c.header("WWW-Authenticate", 'Bearer realm="Scrollback"');
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
