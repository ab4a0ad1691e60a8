/** Shows htmx's requests: that one is pending or failed, and a button to retry. */
import { onServer, serverAnswered, serverSilent } from "./server.js";
import { partFresh, partRefused } from "./stale.js";

/** Timeout of polls. */
const POLL_TIMEOUT_MS = 8_000;

/** Pending requests that a person made. */
const pending = new Set();

/** Panels of failed requests, by the element that made the request. */
const failures = new Map();

export function watchRequests() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (isPoll(ctx)) ctx.request.timeout = POLL_TIMEOUT_MS;
  });

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    // A hidden page does not poll, and catches up when it becomes visible.
    if (isPoll(ctx)) return document.hidden && event.preventDefault();
    if (!isAsked(ctx) || loadsByItself(ctx)) return;
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
    // Answers to invalid input show the problem themselves.
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

/** Whether an event in the page caused the request; others load in the background. */
function isAsked(ctx) {
  return ctx.sourceEvent?.type !== undefined;
}

/** Parts that load with the page keep their link until they are there: nobody waits for them. */
function loadsByItself(ctx) {
  return ctx.sourceEvent?.type === "load";
}

/** The element that the answer replaces: of a search not the form, but the results. */
function regionOf(target) {
  return target?.querySelector("#found, .help") ?? target;
}

/** Shows the failure in the place of the answer, and removes the earlier results. */
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

/** The panel stays until an answer replaces it. */
function forget(ctx) {
  const failure = failures.get(keyOf(ctx));
  failures.delete(keyOf(ctx));
  if (failure?.panel.id !== "found") failure?.panel.remove();
}

/** Forms of the same list make different requests. */
function keyOf({ sourceElement, request }) {
  return sourceElement.getAttribute("action") ?? request.action;
}

function ask({ sourceElement, sourceEvent }) {
  if (sourceElement.matches("form")) sourceElement.requestSubmit();
  else globalThis.htmx.trigger(sourceElement, sourceEvent.type, {}, false);
}

/** Polls now, and retries failed requests that only read. */
function catchUp() {
  for (const part of document.querySelectorAll('[hx-trigger^="every"]')) {
    globalThis.htmx?.trigger(part, "every", {}, false);
  }
  for (const { panel, again, isReading } of failures.values()) if (isReading && panel.isConnected) again();
}
