/** A click on the header of a day opens the calendar of its month, instead of leaving the page. */
export function openCalendar(list) {
  const menu = document.getElementById("jump-date");
  if (!menu) return;
  list.addEventListener("click", (event) => {
    const link = event.target.closest(".day > a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    globalThis.htmx.ajax("GET", link.getAttribute("href"), { target: "#month", swap: "outerHTML" });
    menu.open = true;
    menu.querySelector("input").focus({ preventScroll: true });
  });
}
