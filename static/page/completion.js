/**
 * Completes the search while it is typed. The list follows the pattern of a combobox: Down and Up choose, Enter and Tab
 * take what is chosen, Escape closes the list.
 */

const DELAY_MS = 120;

/** For every field with `data-completions`: the address that answers with the list. */
export function completeSearches() {
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("input[data-completions]")) completionOf(target).ask();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches?.("input[data-completions]")) completionOf(event.target).press(event);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches?.("input[data-completions]")) completionOf(target).close();
  });
  document.addEventListener("submit", ({ target }) => {
    for (const field of target.querySelectorAll("input[data-completions]")) completionOf(field).close();
  });
}

const known = new WeakMap();

function completionOf(field) {
  if (!known.has(field)) known.set(field, createCompletion(field));
  return known.get(field);
}

function createCompletion(field) {
  let list;
  /** The text for which the list was made. */
  let asked;
  let chosen = -1;
  let timer;
  /** Ends the request that is under way. */
  let asking = new AbortController();

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");

  function ask() {
    clearTimeout(timer);
    timer = setTimeout(load, DELAY_MS);
  }

  async function load() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const { value, selectionStart } = field;
    if (value === "") return close();
    const query = new URLSearchParams({ q: value, at: selectionStart ?? value.length, as: "list" });
    try {
      const answer = await fetch(`${field.dataset.completions}?${query}`, { signal });
      if (!answer.ok) return close();
      const html = await answer.text();
      if (signal.aborted || document.activeElement !== field) return;
      asked = value;
      show(html);
    } catch {
      // The next letter asks again.
    }
  }

  function show(html) {
    list?.remove();
    const template = document.createElement("template");
    template.innerHTML = html;
    list = template.content.firstElementChild;
    chosen = -1;
    if (!list || list.childElementCount === 0) return close();
    list.id = `${field.id}-completions`;
    // The field keeps the focus.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) take(option);
    });
    field.after(list);
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
  }

  function choose(next) {
    const options = [...list.children];
    options[chosen]?.setAttribute("aria-selected", "false");
    // One place is for none of them.
    chosen = (next + 1 + options.length + 1) % (options.length + 1) - 1;
    const option = options[chosen];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function take({ dataset: { text } }) {
    // What was typed since the list came belongs to the word.
    const to = Number(list.dataset.to) + field.value.length - asked.length;
    field.setRangeText(text.endsWith(":") ? text : `${text} `, Number(list.dataset.from), to, "end");
    close();
    // The values of an operator follow at once.
    if (text.endsWith(":")) load();
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    list?.remove();
    list = undefined;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    field.removeAttribute("aria-controls");
  }

  function press(event) {
    if (!list || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const option = list.children[chosen];
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab" && !event.shiftKey) && option) take(option);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return { ask, press, close };
}
