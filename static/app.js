/** The script of every page. Pages work without it. */
import { completeSearches } from "./page/completion.js";
import { focusSearch } from "./page/focus.js";
import { showTextOfBrokenPictures } from "./page/pictures.js";
import { watchRequests } from "./page/requests.js";
import { watchServer } from "./page/server.js";
import { showCurrentChannel } from "./page/sidebar.js";
import { showStaleness } from "./page/stale.js";

showTextOfBrokenPictures();
showStaleness();
watchRequests();
watchServer();
showCurrentChannel();
focusSearch();
completeSearches();

// Adds the local time to the tooltip of time stamps, which are in UTC.
document.addEventListener("pointerover", (event) => {
  const time = event.target.closest?.("time");
  if (!time || time.dataset.local) return;
  time.dataset.local = "1";
  time.title += ` · ${new Date(time.dateTime).toLocaleString()} here`;
});
