/** The channels at the side: keeps the current one in view, filters them by name, and remembers which groups are folded. */

const FOLDED = "scrollback_folded";

export function watchSidebar() {
  const field = document.getElementById("channel-filter");
  const groups = () => [...document.querySelectorAll("#channel-groups .group")];
  const folded = new Set(read());

  function filter() {
    const text = field.value.trim().toLowerCase();
    let shown = 0;
    for (const group of groups()) {
      let here = 0;
      for (const row of group.querySelectorAll("li")) {
        row.hidden = !row.querySelector(".login").textContent.toLowerCase().includes(text);
        if (!row.hidden) here++;
      }
      group.hidden = here === 0;
      if (text !== "") group.open = true;
      else if (folded.has(group.id)) group.open = false;
      shown += here;
    }
    const none = document.getElementById("no-channel");
    if (none) none.hidden = shown > 0 || text === "";
  }

  field?.addEventListener("input", filter);
  // Enter opens the first channel that is left; without one, the form searches.
  field?.form.addEventListener("submit", (event) => {
    const first = field.value.trim() !== "" && document.querySelector("#channel-groups li:not([hidden]) a");
    if (!first) return;
    event.preventDefault();
    location.assign(first.href);
  });
  document.getElementById("channel-groups")?.parentElement.addEventListener("click", ({ target }) => {
    const group = target.closest("summary")?.parentElement;
    if (!group) return;
    if (group.open) folded.add(group.id);
    else folded.delete(group.id);
    write([...folded]);
  });
  // Changed rows do not move the others; a replaced list may.
  document.addEventListener("htmx:after:settle", ({ target }) => {
    if (!target.closest?.("#channel-groups")) return;
    filter();
    if (target.id === "channel-groups") bringIntoView();
  });
  if (folded.size > 0) filter();
  bringIntoView();
  document.getElementById("sidebar")?.addEventListener("toggle", bringIntoView);
}

/** Without moving the page. */
function bringIntoView() {
  const current = document.querySelector("#channel-groups [aria-current]");
  const scroller = current?.closest(".side-channels");
  if (!scroller) return;
  const [place, frame] = [current.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (place.top < frame.top || place.bottom > frame.bottom) {
    scroller.scrollTop += (place.top + place.bottom - frame.top - frame.bottom) / 2;
  }
}

function read() {
  try {
    return JSON.parse(localStorage[FOLDED]);
  } catch {
    return [];
  }
}

function write(value) {
  try {
    localStorage[FOLDED] = JSON.stringify(value);
  } catch {
    // It is forgotten with the page.
  }
}
