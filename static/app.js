// Adds the local time to what a time stamp says when one points at it: the pages themselves are in UTC.
document.addEventListener("pointerover", (event) => {
  const time = event.target.closest?.("time");
  if (!time || time.dataset.local) return;
  time.dataset.local = "1";
  time.title += ` · ${new Date(time.dateTime).toLocaleString()} here`;
});

// On a phone the channels are a strip: the present one is brought into it.
{
  const strip = document.querySelector("#sidebar ul");
  const present = strip?.querySelector("[aria-current]");
  if (present) strip.scrollLeft = present.offsetLeft - (strip.clientWidth - present.offsetWidth) / 2;
}
