/** Login and logout, if a password protects changes. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { Field } from "../components/form/field.tsx";
import { span } from "../components/numbers.ts";
import { Failure } from "../src/web/failure.ts";
import type { LoginThrottle } from "../src/web/access/login_throttle.ts";
import { formOf } from "../src/web/params.ts";
import type { Sessions } from "../src/web/access/sessions.ts";
import { noteObject } from "./access/audited.ts";
import type { Env, Site } from "./site.tsx";

export function ask(site: Site, sessions: Sessions | undefined): Handler<Env> {
  return (c) => sessions ? form(site, c) : c.redirect("/channels");
}

const LoginForm = z.object({
  password: z.string().max(1_000),
});

export function open(site: Site, sessions: Sessions | undefined, throttle: LoginThrottle): Handler<Env> {
  return async (c) => {
    if (!sessions) throw new Failure("missing", "Login is off: no password is set.");
    // Count before comparing, because concurrent guesses must not share one attempt.
    const attempt = throttle.begin(c);
    const { waitMs } = attempt;
    if (waitMs > 0) {
      c.header("Retry-After", String(Math.ceil(waitMs / 1000)));
      throw new Failure(
        "rate_limited",
        `After several wrong passwords the next try is possible in ${span(waitMs / 1000)}.`,
      );
    }
    const body = await formOf(c);
    // The value is a secret: do not repeat it.
    const parsed = LoginForm.safeParse(body);
    if (!parsed.success) throw new Failure("invalid", "The password could not be read.");
    if (!sessions.matches(parsed.data.password)) return await form(site, c, "Wrong password.");
    noteObject(c, "the pages");
    sessions.open(c);
    attempt.succeeded();
    return c.redirect(site.config.readAccess === "password" ? "/" : "/channels", 303);
  };
}

export function close(sessions: Sessions | undefined): Handler<Env> {
  return (c) => {
    sessions?.close(c);
    return c.redirect("/", 303);
  };
}

function form(site: Site, c: Context<Env>, problem?: string): Promise<Response> {
  return site.page(
    c,
    { title: "Log in" },
    <form class="page narrow question" method="post" action="/login">
      <h1>Log in</h1>
      <p>
        {(site.config.readAccess ?? "open") === "open"
          ? "The archive can be read without it. Adding, switching and deleting channels needs the password. "
          : "The archive is only for those who log in. "}
        A login ends after 7 days, when you log out, and when Scrollback is restarted.
      </p>
      <Field
        name="password"
        label="Password"
        type="password"
        autocomplete="current-password"
        problem={problem}
        autofocus
        required
      />
      <p class="row-of-buttons">
        <button class="button primary" type="submit">Log in</button>
      </p>
    </form>,
    problem ? 422 : 200,
  );
}
