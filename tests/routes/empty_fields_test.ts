import assert from "node:assert/strict";
import { inventedSite } from "../support/site/invented_site.ts";

const fragment = { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } };

Deno.test("an empty field of a form is not in the address of its page", async () => {
  using site = inventedSite();
  const addresses = {
    "/search/messages?q=key&channel=&user=&from=&to=": "/search/messages?q=key",
    "/search/messages?q=+&channel=harborlight": "/search/messages?channel=harborlight",
    "/search/messages?channel=harborlight&q=": "/search/messages?channel=harborlight",
    "/search/channels?q=": "/search/channels",
    "/search/users?q=": "/search/users",
    "/users?q=": "/users",
    "/users/104?channel=": "/users/104",
    "/channels/1/coverage?from=&format=json": "/channels/1/coverage?format=json",
    "/search/messages?q=%E8%8D%89&user=": "/search/messages?q=%E8%8D%89",
  };
  for (const [address, clean] of Object.entries(addresses)) {
    const answer = await site.request(address);
    assert.deepEqual([answer.status, answer.headers.get("Location")], [303, clean], address);
    const page = await site.request(clean);
    assert.equal(page.status, 200, clean);
    await page.body?.cancel();
  }
});

Deno.test("a fragment names its page's address and title, without a redirect", async () => {
  using site = inventedSite();
  const search = await site.request("/search/messages?q=key&channel=&user=&from=&to=", fragment);
  assert.deepEqual([search.status, search.headers.get("HX-Push-Url")], [200, "/search/messages?q=key"]);
  assert.match(await search.text(), /<title>Search: key · Scrollback<\/title>/);
  const filtered = await site.request("/search/messages?q=&channel=harborlight&user=mossgarden", fragment);
  assert.match(await filtered.text(), /<title>Search: in:harborlight from:mossgarden · Scrollback<\/title>/);
  // The text has what the fields said.
  assert.equal(filtered.headers.get("HX-Push-Url"), "/search/messages?q=in%3Aharborlight+from%3Amossgarden");
  for (
    const [path, title] of [["/users", "People"], ["/search/users", "People"], [
      "/search/channels",
      "Channels",
    ]]
  ) {
    const found = await site.request(`${path}?q=moss`, fragment);
    assert.equal(found.headers.get("HX-Replace-Url"), `${path}?q=moss`);
    assert.match(await found.text(), new RegExp(`<title>${title}: moss · Scrollback</title>`));
    const all = await site.request(`${path}?q=`, fragment);
    assert.equal(all.headers.get("HX-Replace-Url"), path);
    await all.body?.cancel();
  }
});
