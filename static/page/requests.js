/** What a person sees of htmx's requests: that one is under way, that one failed, and how to try again. */
import { onServer, serverAnswered, serverSilent } from "./server.js";
import { partFresh, partRefused } from "./stale.js";

/** Parts of a page that bring themselves up to date do not wait longer than this. */
const POLL_TIMEOUT_MS = 8_000;

/** Under way, on behalf of a person. */
const pending = new Set();

/** What is said of requests that failed, by the part of the page that asked. */
const failures = new Map();

export function watchRequests() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (isPoll(ctx)) ctx.request.timeout = POLL_TIMEOUT_MS;
  });

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    // A page that is not in sight asks nothing, and catches up when it comes into sight.
    if (isPoll(ctx)) return document.hidden && event.preventDefault();
    if (!isAsked(ctx)) return;
    pending.add(ctx);
    ctx.region = regionOf(ctx.target);
    ctx.region?.setAttribute("aria-busy", "true");
    document.documentElement.toggleAttribute("data-loading", true);
  });

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.status === 502 || ctx.response.status === 504) return serverSilent();
    serverAnswered();
    if (ctx.response.status < 400) {
      if (isPoll(ctx)) partFresh(ctx.sourceElement.id);
      else forget(ctx);
    }
  });

  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    if (isPoll(ctx)) return partRefused(ctx.sourceElement.id);
    if (!isAsked(ctx)) return;
    // Refusals of what a person typed are shown by the answer itself.
    if (ctx.response.status < 500 && ctx.response.status !== 429) return;
    const answer = new DOMParser().parseFromString(ctx.text, "text/html").querySelector(".problem");
    ctx.swap = "none";
    fail(ctx, answer?.textContent.trim() || `Scrollback answered with an error (${ctx.response.status}).`);
  });

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx) return;
    serverSilent();
    if (!isPoll(ctx) && isAsked(ctx)) fail(ctx, "No answer from Scrollback.");
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!pending.delete(ctx)) return;
    if (![...pending].some(({ region }) => region === ctx.region)) ctx.region?.removeAttribute("aria-busy");
    document.documentElement.toggleAttribute("data-loading", pending.size > 0);
  });

  onServer((is) => {
    if (is === "gone") { for (const ctx of pending) ctx.request.abort("timeout"); }
    else catchUp();
  });
  document.addEventListener("visibilitychange", () => document.hidden || catchUp());
}

function isPoll(ctx) {
  return ctx.sourceEvent?.type === "every";
}

/** Something that happened in the page asks; what asks without that adds to a page, and nobody waits for it. */
function isAsked(ctx) {
  return ctx.sourceEvent?.type !== undefined;
}

/** What the answer will stand in for: of a search not the form, but what was found before. */
function regionOf(target) {
  return target?.querySelector("#found, .help") ?? target;
}

/** Says what failed where the answer would have stood. What was found before belongs to another question, and goes. */
function fail(ctx, words) {
  forget(ctx);
  const region = regionOf(ctx.target);
  if (!region?.isConnected) return;
  const panel = document.createElement(region.matches("li") ? "span" : "div");
  panel.className = "failed";
  panel.setAttribute("role", "alert");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "button";
  retry.textContent = "Try again";
  const again = () => ask(ctx);
  retry.addEventListener("click", again);
  panel.append(words, " ", retry);
  failures.set(keyOf(ctx), { panel, again, isReading: ctx.request.method === "GET" });
  if (region.matches("#found, .help")) {
    panel.id = "found";
    region.replaceWith(panel);
  } else if (region.matches("li")) region.append(panel);
  else if (region === ctx.target && region.querySelector("form[hx-get]")) region.append(panel);
  else region.before(panel);
}

/** A panel in the place of an answer stays until the answer takes its place. */
function forget(ctx) {
  const failure = failures.get(keyOf(ctx));
  failures.delete(keyOf(ctx));
  if (failure?.panel.id !== "found") failure?.panel.remove();
}

/** Two forms of a list ask for different things. */
function keyOf({ sourceElement, request }) {
  return sourceElement.getAttribute("action") ?? request.action;
}

function ask({ sourceElement, sourceEvent }) {
  if (sourceElement.matches("form")) sourceElement.requestSubmit();
  else globalThis.htmx.trigger(sourceElement, sourceEvent.type, {}, false);
}

/** Everything that brings itself up to date does so now, and what only read is asked again. */
function catchUp() {
  for (const part of document.querySelectorAll('[hx-trigger^="every"]')) {
    globalThis.htmx?.trigger(part, "every", {}, false);
  }
  for (const { panel, again, isReading } of failures.values()) if (isReading && panel.isConnected) again();
}
