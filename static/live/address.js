/**
 * An address below another one, which may have a query: `/search/follow?q=hat` and `/live` give `…/search/follow/live?q=hat`.
 *
 * @param parameters further parameters of the query
 */
export function addressBelow(address, part, parameters = {}) {
  const url = new URL(address, globalThis.location);
  url.pathname += part;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
