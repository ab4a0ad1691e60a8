/** Days and times of the log: of live rows in the zone of the page, as a stream is the same for all readers, in UTC. */

const zone = document.documentElement.dataset.zone ?? "UTC";
const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
const DATE = format({ year: "numeric", month: "2-digit", day: "2-digit" });
const LONG = format({ dateStyle: "full" });
const SHORT = format({ day: "numeric", month: "short", year: "numeric" });
const CLOCK = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

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
    const day = dayOf(at);
    if (day !== last) row.before(headerOf(header, day, at));
    last = day;
  }
}

function write(time) {
  const at = new Date(time.dateTime);
  const [clock, seconds] = [CLOCK.format(at).slice(0, 5), CLOCK.format(at).slice(5)];
  if (time.dataset.shows === "age") return;
  if (time.dataset.shows === "day") time.textContent = SHORT.format(at);
  else if (time.dataset.shows) {
    time.textContent = `${SHORT.format(at)}, ${clock}${time.dataset.shows === "second" ? seconds : ""}`;
  } else {
    time.firstChild.data = clock;
    if (time.lastElementChild) time.lastElementChild.textContent = seconds;
  }
  time.title = `${dayOf(at)} ${clock}${seconds} ${zone} · ${time.title}`;
}

/** `2026-11-23` */
function dayOf(at) {
  return DATE.format(at).split("/").reverse().join("-");
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
