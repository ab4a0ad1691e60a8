/** A reader's view: read from the cookies of a request, and changed by a form. */
import type { Context, Handler, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { valueOf } from "../components/page/view_menu.tsx";
import { DEFAULT_VIEW, DENSITIES, isZone, THEMES, type View, withView, ZONES } from "../components/view.ts";
import { DAY_MS } from "../src/clock.ts";
import { readForm } from "../src/web/params.ts";
import { mayManage } from "../src/web/access/access.ts";
import type { DeletedReaders } from "../src/visibility/hidden_text.ts";
import { ownRules } from "./highlights/own_rules.ts";
import type { Env, Site } from "./site.tsx";

const COOKIE = "scrollback_view";
/** The name of the browser's time zone; `static/zone.js` sets it. */
const ZONE_COOKIE = "scrollback_zone";
/** Set by a browser without script; see {@link plain}. */
const PLAIN_COOKIE = "scrollback_plain";
const PLAIN_S = 3_600;
/** Browsers keep cookies for at most 400 days. */
const KEPT_S = 400 * DAY_MS / 1_000;

const onOff = z.enum(["on", "off"]);
const Choices = {
  theme: z.enum(THEMES),
  density: z.enum(DENSITIES),
  zone: z.enum(ZONES),
  seconds: onOff,
  badges: onOff,
  emotes: onOff,
  sounds: onOff,
};
type Choice = keyof typeof Choices;
const NAMES = Object.keys(Choices) as Choice[];

const Form = z.object({ ...Choices, back: z.string().max(8_000) }).partial();

/** Middleware that makes the view of the request the current one. */
export function readersView(
  { showDeleted = "everyone", ownPictures }: { showDeleted?: DeletedReaders; ownPictures: boolean },
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const view = viewOf(c);
    view.rules = ownRules(c);
    view.readsRemoved = showDeleted === "everyone" ||
      showDeleted === "managers" && mayManage(c.get("access"));
    view.ownPictures = ownPictures;
    c.set("view", view);
    await withView(view, next);
  };
}

/** Middleware of pages: their rows are marked by the reader's rules and the archive's. */
export function markedRows(site: Site): MiddlewareHandler<Env> {
  return async (c, next) => {
    const view = c.get("view");
    view.mark = await site.highlights.marker(view.rules);
    await next();
  };
}

/** Unknown and wrong values are ignored: the cookie may be of another version. */
function viewOf(c: Context): View {
  const chosen = new URLSearchParams(getCookie(c, COOKIE) ?? "");
  const view: Record<string, unknown> = { ...DEFAULT_VIEW };
  for (const name of NAMES) {
    const value = Choices[name].safeParse(chosen.get(name));
    if (value.success) view[name] = Choices[name] === onOff ? value.data === "on" : value.data;
  }
  const zone = getCookie(c, ZONE_COOKIE) ?? "";
  const isPlain = getCookie(c, PLAIN_COOKIE) === "1";
  return { ...view, localZone: isZone(zone) ? zone : "UTC", isPlain } as View;
}

/** An empty stylesheet that only browsers without script load, in a `noscript`: from then on, pages are made for them. */
export function plain(): Handler<Env> {
  return (c) => {
    setCookie(c, PLAIN_COOKIE, "1", {
      path: "/",
      sameSite: "Lax",
      secure: c.get("client").https,
      httpOnly: true,
      maxAge: PLAIN_S,
    });
    return c.body("", 200, { "Content-Type": "text/css; charset=utf-8" });
  };
}

/** Changes the settings of the form, and returns to the page. */
export function change(): Handler<Env> {
  return async (c) => {
    const { back = "/", ...changes } = await readForm(c, Form);
    const view = c.get("view");
    const values = NAMES.map((name): [string, string] => [name, changes[name] ?? valueOf(view, name)]);
    const { https } = c.get("client");
    setCookie(c, COOKIE, new URLSearchParams(values.filter(isChosen)).toString(), {
      path: "/",
      sameSite: "Lax",
      secure: https,
      maxAge: KEPT_S,
    });
    return c.redirect(isOwnAddress(back) ? back : "/", 303);
  };
}

function isChosen([name, value]: [string, string]): boolean {
  return value !== valueOf(DEFAULT_VIEW, name as Choice);
}

/** Whether it is an address of this site: `//host` and `/\host` are addresses of others. */
function isOwnAddress(address: string): boolean {
  return /^\/(?![/\\])/.test(address) && !/[\s\p{Cc}]/u.test(address);
}
