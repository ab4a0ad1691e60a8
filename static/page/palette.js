/** The palette: type a few letters of a channel, a person, a page or an action, and go there or do it. */

const DELAY_MS = 80;

let chosen = 0;
let asking = new AbortController();
let timer;

export function openPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  field().select();
  load();
}

export function watchPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  field().addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, DELAY_MS);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") options()[chosen]?.click();
    else return;
    event.preventDefault();
  });
  // A click beside the dialog closes it.
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
}

async function load() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(`/palette?${new URLSearchParams({ q: field().value })}`, { signal });
    if (!answer.ok) return;
    const html = await answer.text();
    if (signal.aborted) return;
    document.getElementById("palette-found").outerHTML = html;
    choose(0);
  } catch {
    // The next letter asks again.
  }
}

function choose(next) {
  const all = options();
  if (all.length === 0) return;
  all[chosen]?.setAttribute("aria-selected", "false");
  chosen = (next + all.length) % all.length;
  const option = all[chosen];
  option.id = `palette-${chosen}`;
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field().setAttribute("aria-activedescendant", option.id);
}

function options() {
  return [...document.querySelectorAll("#palette-found [role=option]")];
}

function field() {
  return document.getElementById("palette-field");
}
