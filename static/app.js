/** The script of every page. Pages work without it. */
import { offerActions } from "./page/actions.js";
import { openCards } from "./page/card.js";
import { completeSearches } from "./page/completion.js";
import { keepFocus, watchKeys } from "./page/keys.js";
import { closeMenus, focusFields } from "./page/menus.js";
import { watchPalette } from "./page/palette.js";
import { showTextOfBrokenPictures } from "./page/pictures.js";
import { watchRequests } from "./page/requests.js";
import { watchServer } from "./page/server.js";
import { watchSidebar } from "./page/sidebar.js";
import { showStaleness } from "./page/stale.js";
import { watchStrips } from "./page/strip.js";

showTextOfBrokenPictures();
showStaleness();
watchRequests();
watchServer();
watchSidebar();
keepFocus();
completeSearches();
closeMenus();
focusFields();
openCards();
offerActions();
watchKeys();
watchPalette();
watchStrips();
