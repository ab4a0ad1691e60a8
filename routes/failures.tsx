/** Failures as pages and as fragments. */
import type { ErrorHandler } from "hono";
import { ErrorFragment, ErrorPage } from "../components/page/error_page.tsx";
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
    if (wantsFragment(c)) return c.html(<ErrorFragment {...props} />, failure.status);
    if (!c.get("access")) c.set("access", "read-only");
    return await site.page(
      c,
      { title: props.title },
      <ErrorPage {...props} status={failure.status} />,
      failure.status,
    );
  };
}
