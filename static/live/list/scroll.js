/** Follows new rows, or keeps the reader's place. */

/** Within this distance of the end counts as at the end. */
const AT_END_PX = 40;
/** Following begins again only here: a key goes up by 40 pixels, and rows above get their true height later. */
const BACK_AT_END_PX = 8;
const UP = new Set(["ArrowUp", "PageUp", "Home"]);
const DOWN = new Set(["ArrowDown", "PageDown", "End"]);
/** Elements that use these keys themselves. */
const TAKES_KEYS = "input, textarea, select, summary, [contenteditable], dialog";

/**
 * @param scroller the element that scrolls
 * @param isLive whether there is something to follow
 * @param mayFollow whether the end of the page is the newest that there is
 * @param onChange called when following begins or ends
 */
export function createScroll({ scroller, isLive, mayFollow, onChange }) {
  let following = false;
  /** The scroll position when it last followed, and at the last event. */
  let followedTo = 0;
  let lastTop = 0;
  let edge = 0;
  const { start, startId } = scroller.parentElement.dataset;
  if (start === "at") toId(Number(startId));
  else if (start !== "top") toEnd();
  following = isLive;

  function fromEnd() {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  }

  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    followedTo = lastTop = scroller.scrollTop;
  }

  /** The row with this id, or the next one, below the header of its day. */
  function toId(id) {
    const row = [...scroller.querySelectorAll(".row")].find((each) => Number(each.dataset.id) >= id);
    if (!row) return toEnd();
    scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 32;
    lastTop = scroller.scrollTop;
  }

  function set(next) {
    if (following === next) return;
    following = next;
    onChange(next);
  }

  /**
   * Ends the following at once. A scroll by key, wheel or finger is spread over several frames, and in a busy chat each
   * of them would be undone by the next rows.
   */
  function leave() {
    if (scroller.scrollTop > 0) set(false);
  }

  /**
   * Going up ends the following; that the page grew, or that rows turned out lower than estimated, does not. The event of
   * a scroll comes with the next frame only.
   */
  function notice() {
    if (following && scroller.scrollTop < followedTo - 1 && fromEnd() > AT_END_PX) set(false);
  }

  scroller.addEventListener("scroll", () => {
    const goesDown = scroller.scrollTop > lastTop;
    lastTop = scroller.scrollTop;
    notice();
    if (!following && isLive && goesDown && fromEnd() <= BACK_AT_END_PX && mayFollow()) {
      followedTo = scroller.scrollTop;
      set(true);
    }
  }, { passive: true });

  scroller.addEventListener("wheel", (event) => event.deltaY < 0 && !event.ctrlKey && leave(), {
    passive: true,
  });

  let touchY = 0;
  scroller.addEventListener("touchstart", ({ touches }) => touchY = touches[0].clientY, { passive: true });
  scroller.addEventListener("touchmove", ({ touches }) => {
    if (touches[0].clientY > touchY) leave();
    touchY = touches[0].clientY;
  }, { passive: true });

  // The scroll bar: following continues if it is released at the end.
  scroller.addEventListener("pointerdown", (event) => {
    if (event.target === scroller && event.offsetX >= scroller.clientWidth) leave();
  });

  document.addEventListener("keydown", (event) => {
    const isSpace = event.key === " ";
    const goesUp = UP.has(event.key) || (isSpace && event.shiftKey);
    const goesDown = DOWN.has(event.key) || (isSpace && !event.shiftKey);
    if (!(goesUp || goesDown) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { target } = event;
    if (target.closest?.(TAKES_KEYS) || (isSpace && target.closest?.("a, button"))) return;
    if (goesUp) leave();
    // The browser would scroll to the present end; rows that arrive meanwhile would be missed.
    if (event.key === "End" && isLive && mayFollow()) {
      event.preventDefault();
      toEnd();
      return set(true);
    }
    if (scroller.contains(target)) return;
    // The browser scrolls the focused element, and nothing else scrolls on this page.
    event.preventDefault();
    scroller.focus({ preventScroll: true });
    if (event.key === "Home" || event.key === "End") {
      scroller.scrollTo({ top: event.key === "Home" ? 0 : scroller.scrollHeight });
    } else {
      const distance = event.key.startsWith("Arrow") ? 40 : scroller.clientHeight * 0.875;
      scroller.scrollBy({ top: goesUp ? -distance : distance });
    }
  });

  // Pictures that load late and a window that changes its size do not end the following, nor does a bar that appears
  // above move what is read.
  const resized = new ResizeObserver(() => {
    const { top } = scroller.getBoundingClientRect();
    const moved = top - edge;
    edge = top;
    notice();
    if (following) toEnd();
    else if (moved !== 0) scroller.scrollTop += moved;
  });
  edge = scroller.getBoundingClientRect().top;
  resized.observe(scroller);
  resized.observe(scroller.firstElementChild);

  return {
    get following() {
      return following;
    },
    leave: () => set(false),
    notice,
    toEnd,
    follow() {
      toEnd();
      set(true);
    },
    /** Returns a function that restores the reader's place after rows above have changed. */
    holdPlace() {
      const { scrollHeight, scrollTop } = scroller;
      return () => scroller.scrollTop = scrollTop + scroller.scrollHeight - scrollHeight;
    },
  };
}
