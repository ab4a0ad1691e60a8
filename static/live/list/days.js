/** Days and times of the log: of live rows in the zone of the page, as a stream is the same for all readers, in UTC. */

const zone = document.documentElement.dataset.zone ?? "UTC";
const format = (locale, options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
/** `2026-11-23` */
const DATE = format("sv", { dateStyle: "short" });
const LONG = format("en-GB", { dateStyle: "full" });
const SHORT = format("en-GB", { dateStyle: "medium" });
const CLOCK = format("en-GB", { timeStyle: "medium" });

/** Writes the times of the rows of a stream, and puts the headers of days where the reader's days begin. */
export function showInZone(fragment) {
  if (zone === "UTC") return;
  for (const time of fragment.querySelectorAll("time[datetime]")) write(time);
  const header = fragment.querySelector(".day");
  for (const day of fragment.querySelectorAll(".day")) day.remove();
  if (!header) return;
  let last = "";
  for (const row of fragment.querySelectorAll(".row")) {
    const at = new Date(row.querySelector("time").dateTime);
    const day = DATE.format(at);
    if (day !== last) row.before(headerOf(header, day, at));
    last = day;
  }
}

function write(time) {
  const at = new Date(time.dateTime);
  const exact = CLOCK.format(at);
  const [clock, seconds] = [exact.slice(0, 5), exact.slice(5)];
  const { shows } = time.dataset;
  if (shows === "age") return;
  if (shows === "day") time.textContent = SHORT.format(at);
  else if (shows) time.textContent = `${SHORT.format(at)}, ${shows === "second" ? exact : clock}`;
  else {
    time.firstChild.data = clock;
    if (time.lastElementChild) time.lastElementChild.textContent = seconds;
  }
  time.title = `${DATE.format(at)} ${exact} ${zone} · ${time.title}`;
}

function headerOf(header, day, at) {
  const own = header.cloneNode(true);
  const words = own.firstElementChild;
  words.textContent = LONG.format(at);
  if (words.href) words.href = words.getAttribute("href").replace(own.dataset.day, day);
  own.dataset.day = day;
  return own;
}

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
