/** A click beside an open menu, or Escape, closes it. */
export function closeMenus() {
  document.addEventListener("click", ({ target, defaultPrevented }) => {
    // What a script has handled may have opened one.
    if (defaultPrevented) return;
    for (const menu of open()) if (!menu.contains(target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    for (const menu of open()) {
      event.preventDefault();
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

/** The first field of a menu that was opened. */
export function focusFields() {
  document.addEventListener("toggle", ({ target }) => {
    if (target.open && target.matches(".filter-bar .menu")) {
      target.querySelector("input:not([type=hidden])")?.focus();
    }
  }, true);
}

function open() {
  return document.querySelectorAll(".menu[open], .sidebar[open]");
}
