/**
 * Tells the server the time zone of this browser, in which it then writes times. A page that was made before the server
 * knew it, or after a journey, is loaded again, before anything of it is shown.
 */
(() => {
  const { zone, followsZone } = document.documentElement.dataset;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
  const name = "scrollback_zone=";
  const known = document.cookie.split("; ").find((cookie) => cookie.startsWith(name))?.slice(name.length);
  if (known === own && (zone === own || followsZone === undefined)) return;
  document.cookie = `${name}${own}; path=/; max-age=34560000; samesite=lax`;
  if (followsZone === undefined || zone === own || !document.cookie.includes(name + own)) return;
  // Once: the server may not know the zone.
  try {
    if (sessionStorage.getItem(name) === own) return;
    sessionStorage.setItem(name, own);
    location.reload();
  } catch {
    // Without storage, the next page has the zone.
  }
})();
