import assert from "node:assert/strict";
import { testSite } from "../../support/site/site.ts";

async function lake() {
  const site = testSite();
  await site.recorder.addChannels(["lake"]);
  return site;
}

function form(fields: Record<string, string>): RequestInit {
  return {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "Sec-Fetch-Site": "same-origin", Origin: "http://localhost" },
  };
}

Deno.test("the retention of a channel can be set, is shown, and can be removed", async () => {
  using site = await lake();
  const answer = await site.request("/channels/1/retention", form({ days: "30", messages: " 1000 " }));
  assert.equal(answer.status, 303);
  assert.deepEqual(site.recorder.writer.channels()[0]!.retention, { days: 30, messages: 1000 });
  const list = await site.request("/channels").then((response) => response.text());
  assert.match(list, /keeps 30 days and 1,000 messages/);
  const again = await site.request("/channels/1/retention").then((response) => response.text());
  assert.match(again, /value="30"/);
  await site.request("/channels/1/retention", form({ days: "", messages: "" }));
  assert.equal(site.recorder.writer.channels()[0]!.retention, undefined);
});

Deno.test("an invalid number is reported beside its field, and nothing changes", async () => {
  using site = await lake();
  for (const days of ["0", "-3", "1.5", "many", "36501"]) {
    const answer = await site.request("/channels/1/retention", form({ days, messages: "" }));
    assert.equal(answer.status, 422, days);
    assert.match(await answer.text(), /Enter a whole number from 1 to 36,500, or leave it empty\./);
  }
  assert.equal(site.recorder.writer.channels()[0]!.retention, undefined);
  assert.equal((await site.request("/channels/7/retention")).status, 404);
});
