/** Requests a page, as browsers do: other programs get JSON from some addresses. */
export async function fetchPage(url: string): Promise<Response> {
  return await fetch(url, { headers: { Accept: "text/html" } });
}
