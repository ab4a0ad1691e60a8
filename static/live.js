/**
 * A channel's page while it is watched. htmx fetches and inserts rows (older ones as one scrolls up, new ones through
 * Server-Sent Events or by polling); this decides what is inserted, keeps the place of a person who reads, and says how
 * the connection stands.
 */
(() => {
  const ROWS_BOUND = 500;
  /** How long a page may be without a stream before it polls, and how long after it tries a stream that never began. */
  const PATIENCE_MS = 4_000;
  const RETRY_MS = 30_000;
  /** Within so many pixels of the end one is at the end. */
  const AT_END_PX = 40;
  /** After the channel was joined the end of a gap is in the archive within a second, and what fills it some time later. */
  const GAP_ASKED_MS = [1_000, 6_000, 60_000, 600_000];

  const scroller = document.getElementById("scroller");
  const rows = document.getElementById("rows");
  if (!scroller || !rows) return;
  const isLive = rows.hasAttribute("hx-sse:connect");
  const jump = document.getElementById("jump");
  const jumpWords = document.getElementById("jump-words");
  const stateText = document.getElementById("live-state");

  /** The newest id that was seen, and whether rows after it in the page were left out for lack of room. */
  let lastId = idOf(lastRow());
  let following = isLive;
  let missed = 0;
  let detached = false;

  /** Where the page was when it last followed. */
  let followedTo = 0;
  if (scroller.parentElement.dataset.start !== "top") toEnd();

  // --- the place of the person ---

  scroller.addEventListener("scroll", () => {
    noticeScrolling();
    if (following || detached || !isAtEnd()) return;
    following = true;
    followedTo = scroller.scrollTop;
    missed = 0;
    trimTop();
    showJump();
  }, { passive: true });

  /**
   * Going up ends the following; that the page grew does not. Asked also before rows go in: the event of a scroll comes
   * with the next frame only, and a busy chat would win against the wheel.
   */
  function noticeScrolling() {
    if (!following || scroller.scrollTop >= followedTo - 1 || isAtEnd()) return;
    following = false;
    showJump();
  }

  // Pictures that load late and a window that changes its size must not end the following.
  const resized = new ResizeObserver(() => {
    noticeScrolling();
    if (following) toEnd();
  });
  resized.observe(rows);
  resized.observe(scroller);

  jump?.addEventListener("click", () => {
    if (detached) return location.reload();
    following = true;
    missed = 0;
    trimTop();
    toEnd();
    showJump();
    scroller.focus({ preventScroll: true });
  });

  function isAtEnd() {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= AT_END_PX;
  }

  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    followedTo = scroller.scrollTop;
  }

  function showJump() {
    if (!jump) return;
    jump.hidden = following;
    jumpWords.textContent = missed > 0 ? `${missed.toLocaleString("en")} new` : "Newest";
  }

  // --- rows that arrive ---

  document.addEventListener("htmx:before:swap", (event) => {
    for (const task of event.detail.tasks) {
      if (task.target === rows) beforeNew(task.fragment);
      else if (task.target?.matches?.("#rows > .older")) beforeOlder(task.fragment, task.target);
      if (rows.contains(task.target)) dropRepeatedGaps(task.fragment, task.target);
    }
  });

  function beforeNew(fragment) {
    noticeScrolling();
    const fresh = [];
    for (const row of fragment.querySelectorAll(".row")) {
      const id = idOf(row);
      if (id <= lastId) row.remove();
      else fresh.push(row);
    }
    if (fresh.length === 0) return fragment.replaceChildren();
    lastId = idOf(fresh.at(-1));
    for (const row of fresh) markRemoved(row, fragment);
    dropRepeatedDays(fragment);
    if (!following) {
      missed += fresh.length;
      if (detached || rows.childElementCount + fragment.childElementCount > ROWS_BOUND) {
        // Older rows are being read, and the page is full: what is new is only counted, until one goes there.
        detached = true;
        fragment.replaceChildren();
      }
    }
    document.getElementById("empty")?.remove();
    queueMicrotask(afterNew);
  }

  // The channel is listened to again: perhaps something was missed between the last row and now.
  rows.addEventListener("joined", () => {
    for (const ms of GAP_ASKED_MS) setTimeout(askForGap, ms, lastId);
  });

  /** Fetches the gaps between the row with this id and the next one, where there is one yet. */
  function askForGap(afterId) {
    const next = [...rows.querySelectorAll(":scope > .row")].find((row) => idOf(row) > afterId);
    const place = next ?? lastRow();
    if (!place || afterId === 0) return;
    const address = `${location.pathname}/gaps?after_id=${afterId}${next ? `&before_id=${idOf(next)}` : ""}`;
    globalThis.htmx?.ajax("GET", address, { target: place, swap: next ? "beforebegin" : "afterend" });
  }

  function afterNew() {
    if (following) {
      trimTop();
      toEnd();
    }
    showJump();
  }

  function beforeOlder(fragment, sentinel) {
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    const oldest = sentinel.nextElementSibling;
    const lastDay = [...fragment.querySelectorAll(".day")].at(-1)?.dataset.day;
    if (oldest?.matches(".day") && oldest.dataset.day === lastDay) oldest.remove();
    queueMicrotask(() => {
      scroller.scrollTop = scroller.scrollHeight - fromEnd;
      trimBottom();
    });
  }

  /**
   * A gap that was going on when it was first shown comes again when it has ended, and when it was filled. What fills it
   * is not put among the rows of a person who reads them, but it is a click away.
   */
  function dropRepeatedGaps(fragment, target) {
    for (const gap of fragment.querySelectorAll(".gap")) {
      const shown = rows.querySelector(`.gap[data-gap="${CSS.escape(gap.dataset.gap)}"]`);
      if (!shown) continue;
      gap.dataset.here = shown.dataset.here ?? shown.dataset.filled;
      // A gap behind the last row has nothing after it yet that a page could end before.
      if (idOf(target) > 0 && target !== lastRow() && Number(gap.dataset.filled) > Number(gap.dataset.here)) {
        const href = `${location.pathname}?before_id=${idOf(target)}`;
        gap.append(" · ", Object.assign(document.createElement("a"), { href, textContent: "show them" }));
      }
      shown.remove();
    }
  }

  function dropRepeatedDays(fragment) {
    let day = [...rows.querySelectorAll(".day")].at(-1)?.dataset.day;
    for (const separator of fragment.querySelectorAll(".day")) {
      if (separator.dataset.day === day || !separator.nextElementSibling?.matches(".row")) separator.remove();
      else day = separator.dataset.day;
    }
  }

  /** While following, the oldest rows go; a link at the top leads to them. */
  function trimTop() {
    const excess = rows.childElementCount - ROWS_BOUND;
    if (excess <= 0) return;
    let sentinel = rows.querySelector(".older");
    const gone = [...rows.children].slice(0, excess + 1).filter((row) => row !== sentinel);
    const day = gone.findLast((row) => row.matches(".day"));
    for (const row of gone) row.remove();
    // The day's header stays above those of its rows that do.
    if (day && !rows.querySelector(":scope > :is(.day, .row)")?.matches(".day")) {
      sentinel ? sentinel.after(day) : rows.prepend(day);
    }
    const first = rows.querySelector(".row");
    const channel = location.pathname;
    if (!sentinel) {
      sentinel = document.createElement("li");
      sentinel.className = "edge older";
      sentinel.append(Object.assign(document.createElement("a"), { textContent: "Older messages" }));
      rows.querySelector(".edge:not(.missed)")?.remove();
    }
    sentinel.setAttribute("hx-get", `${channel}/messages?before_id=${idOf(first)}`);
    sentinel.setAttribute("hx-trigger", "intersect root:#scroller rootMargin:600px");
    sentinel.setAttribute("hx-sync", "this:drop");
    sentinel.setAttribute("hx-swap", "outerHTML");
    sentinel.querySelector("a").href = `${channel}?before_id=${idOf(first)}`;
    rows.prepend(sentinel);
    globalThis.htmx?.process(sentinel, true);
  }

  /** While reading what is old, the newest rows go. */
  function trimBottom() {
    const excess = rows.childElementCount - ROWS_BOUND;
    if (excess <= 0) return;
    for (const row of [...rows.children].slice(-excess)) row.remove();
    detached = true;
    following = false;
    showJump();
  }

  // --- what was removed ---

  /** Twitch removes by message, or all that a person said; the stylesheet shows `data-removed`. */
  function markRemoved(row, fragment) {
    const { removes, removesUuid, removesUser } = row.dataset;
    if (!removes) return;
    const which = removesUuid
      ? `[data-uuid="${CSS.escape(removesUuid)}"]`
      : `[data-user="${CSS.escape(removesUser ?? "")}"]`;
    for (const place of [rows, fragment]) {
      for (const message of place.querySelectorAll(which)) {
        if (idOf(message) < idOf(row)) message.querySelector(".what").dataset.removed ??= removes;
      }
    }
  }

  // --- the answered message ---

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-answers]");
    const answered = link && rows.querySelector(`[data-uuid="${CSS.escape(link.dataset.answers)}"]`);
    if (!answered || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answered.scrollIntoView({ block: "center" });
    answered.classList.remove("flash");
    void answered.offsetWidth;
    answered.classList.add("flash");
  });

  function lastRow() {
    return [...rows.querySelectorAll(":scope > .row")].at(-1);
  }

  function idOf(row) {
    return Number(row?.dataset.id ?? 0);
  }

  // --- the connection ---

  if (!isLive) return;
  const WORDS = {
    connecting: "connecting",
    live: "live",
    polling: "live, by polling",
    reconnecting: "reconnecting",
    paused: "paused",
  };
  let streaming = false;
  let waiting = setTimeout(startPolling, PATIENCE_MS);

  function show(state) {
    if (stateText.dataset.state === state) return;
    stateText.dataset.state = state;
    stateText.textContent = WORDS[state];
  }

  rows.addEventListener("hello", () => {
    streaming = true;
    clearTimeout(waiting);
    document.getElementById("poller")?.remove();
    show("live");
  });

  for (const name of ["htmx:sse:error", "htmx:sse:close", "htmx:error"]) {
    rows.addEventListener(name, (event) => event.target === rows && lost());
  }
  rows.addEventListener("htmx:sse:before:connection", (event) => {
    if (event.detail.connection.attempt > 0) lost();
  });

  function lost() {
    if (document.hidden) return show("paused");
    if (!document.getElementById("poller")) show("reconnecting");
    if (!streaming) return;
    streaming = false;
    clearTimeout(waiting);
    waiting = setTimeout(startPolling, PATIENCE_MS);
  }

  function startPolling() {
    if (streaming || document.getElementById("poller")) return;
    const poller = document.getElementById("poller-template").content.firstElementChild.cloneNode(true);
    poller.setAttribute("hx-get", `${location.pathname}/messages/stream?after_id=${lastId}`);
    document.getElementById("pollers").append(poller);
    globalThis.htmx?.process(poller);
  }

  document.addEventListener("htmx:after:request", (event) => {
    if (event.target.id === "poller" && event.detail.ctx.response.status < 400 && !streaming) show("polling");
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.target.id === "poller" && !streaming) show("reconnecting");
  });

  // A first attempt that came to nothing is not repeated by the extension.
  setInterval(() => {
    if (!streaming && !rows._htmx?.sse && !document.hidden && globalThis.htmx) {
      rows.setAttribute("hx-sse:connect", `${location.pathname}/live?after_id=${lastId}`);
      htmx.process(rows, true);
    }
  }, RETRY_MS);

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) show("paused");
    else if (streaming) show("reconnecting");
  });
})();
