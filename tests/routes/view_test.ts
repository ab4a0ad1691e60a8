/** How a reader wants pages to look: the cookie, the zone of times, and what depends on it. */
import assert from "node:assert/strict";
import { DEFAULT_VIEW, shifted, unshifted, withView, zoneWords } from "../../components/view.ts";
import { isoMinute, longDay, momentWords } from "../../components/time.tsx";
import { firstIdAt } from "../../src/chat/ids.ts";
import { HOUR_MS } from "../../src/clock.ts";
import { lakeSite, testSite } from "../support/site/site.ts";

const inZone = <T>(localZone: string, act: () => T) => withView({ ...DEFAULT_VIEW, localZone }, act);

Deno.test("times are those of the reader's zone, with its summer time", () => {
  for (
    const [zone, at, words, offset] of [
      ["UTC", "2026-07-01T22:30:00Z", "1 Jul 2026, 22:30", "UTC"],
      ["Europe/Berlin", "2026-07-01T22:30:00Z", "2 Jul 2026, 00:30", "UTC+2"],
      ["Europe/Berlin", "2026-01-01T22:30:00Z", "1 Jan 2026, 23:30", "UTC+1"],
      ["America/St_Johns", "2026-01-01T01:00:00Z", "31 Dec 2025, 21:30", "UTC−3:30"],
      ["Asia/Kathmandu", "2026-01-01T00:00:00Z", "1 Jan 2026, 05:45", "UTC+5:45"],
      // The hour that is skipped in spring, and the one that comes twice in autumn.
      ["Europe/Berlin", "2026-03-29T01:00:00Z", "29 Mar 2026, 03:00", "UTC+2"],
      ["Europe/Berlin", "2026-10-25T01:00:00Z", "25 Oct 2026, 02:00", "UTC+1"],
    ] as const
  ) {
    const ms = Date.parse(at);
    assert.equal(inZone(zone, () => momentWords(ms)), words, `${zone} ${at}`);
    assert.equal(inZone(zone, () => zoneWords(ms)), offset, `${zone} ${at}`);
  }
});

Deno.test("every instant comes back from its local time, except in the hour that comes twice", () => {
  inZone("Europe/Berlin", () => {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += HOUR_MS) {
      const back = unshifted(shifted(at));
      const isTwice = at === Date.UTC(2026, 9, 25, 0) || at === Date.UTC(2026, 9, 25, 1);
      if (!isTwice) assert.equal(back, at, new Date(at).toISOString());
    }
    assert.equal(isoMinute(Date.UTC(2026, 6, 1, 22, 30)), "2026-07-02T00:30");
  });
});

Deno.test("invalid parts of the cookie are ignored", async () => {
  using site = testSite();
  for (
    const [cookie, wanted] of [
      ["", 'data-theme="auto" data-density="default" data-zone="UTC" data-follows-zone=""'],
      ["scrollback_view=theme%3Ddark%26density%3Droomy", 'data-theme="dark" data-density="roomy"'],
      ["scrollback_view=theme%3Dpink%26density%3Dcompact", 'data-theme="auto" data-density="compact"'],
      ["scrollback_zone=Asia/Seoul", 'data-zone="Asia/Seoul" data-follows-zone=""'],
      ["scrollback_zone=Asia/Seoul; scrollback_view=zone%3Dutc", 'data-zone="UTC"'],
      ["scrollback_zone=Nowhere/Land", 'data-zone="UTC"'],
      ["scrollback_zone=%22%3E%3Cscript%3E", 'data-zone="UTC"'],
      ["scrollback_view=seconds%3Doff%26badges%3Doff", 'class="no-seconds no-badges"'],
    ] as const
  ) {
    const page = await (await site.request("/about", { headers: { Cookie: cookie } })).text();
    assert.ok(/<html[^>]*>/.exec(page)![0].includes(wanted), `${cookie}: ${/<html[^>]*>/.exec(page)![0]}`);
  }
});

Deno.test("the form changes one setting, keeps the others, and returns to the page", async () => {
  using site = testSite();
  const send = (fields: Record<string, string>, cookie = "") =>
    site.request("/view", {
      method: "POST",
      headers: { Cookie: cookie, Origin: "http://localhost" },
      body: new URLSearchParams(fields),
    });
  const answer = await send({ theme: "dark", back: "/channels/1?q=hat" }, "scrollback_view=density%3Droomy");
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("Location"), "/channels/1?q=hat");
  const cookie = answer.headers.get("Set-Cookie")!;
  assert.match(
    cookie,
    /^scrollback_view=theme%3Ddark%26density%3Droomy; Max-Age=34560000; Path=\/; SameSite=Lax$/,
  );
  for (
    const back of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", ""]
  ) {
    assert.equal((await send({ zone: "utc", back })).headers.get("Location"), "/", back);
  }
  const wrong = await send({ theme: "pink" });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /“pink” is not a valid theme/);
});

Deno.test("pages of readers in different zones are never mixed up, and streams are in UTC", async () => {
  const now = Date.parse("2026-11-03T22:30:00Z");
  using site = lakeSite({}, () => now + 60_000);
  const said = { kind: "message", channel: "lake", text: "good night", tags: [] } as const;
  site.recorder.receive(1, [said], now);
  const zones = ["UTC", "Europe/Berlin", "America/Denver"];
  const wanted = ["22:30", "23:30", "15:30"];
  const asked = Array.from({ length: 30 }, (_, n) => n % 3);
  const pages = await Promise.all(
    asked.map(async (i) =>
      await (await site.request("/channels/1", { headers: { Cookie: `scrollback_zone=${zones[i]}` } })).text()
    ),
  );
  for (const [n, page] of pages.entries()) {
    assert.match(page, new RegExp(`>${wanted[asked[n]!]}<span class="s">:00`), zones[asked[n]!]);
  }
  const rows = await site.request(`/channels/1/messages/stream?after_id=${firstIdAt(now - 1_000)}`, {
    headers: { Cookie: "scrollback_zone=Europe/Berlin", "HX-Request": "true" },
  });
  assert.match(await rows.text(), />22:30<span class="s">:00/);
});

Deno.test("a day begins at the reader's midnight, and a moment without a zone is theirs", async () => {
  const midnight = Date.parse("2026-11-03T23:00:00Z");
  using site = lakeSite({}, () => midnight + HOUR_MS);
  const said = (text: string) => ({ kind: "message", channel: "lake", text, tags: [] }) as const;
  site.recorder.receive(1, [said("before")], midnight - 60_000);
  site.recorder.receive(1, [said("after")], midnight + 60_000);
  const berlin = { headers: { Cookie: "scrollback_zone=Europe/Berlin" } };
  const page = await (await site.request("/channels/1", berlin)).text();
  const days = [...page.matchAll(/data-day="([^"]+)"/g)].map(([, day]) => day);
  assert.deepEqual(days, ["2026-11-03", "2026-11-04"]);
  assert.match(inZone("Europe/Berlin", () => longDay(midnight)), /^Wednesday,? 4 November 2026$/);
  const start = async (at: string) =>
    /data-start-id="(\d+)"/.exec(await (await site.request(`/channels/1?at=${at}`, berlin)).text())?.[1];
  assert.equal(await start("2026-11-04"), String(firstIdAt(midnight)));
  assert.equal(await start("2026-11-04T00:00"), String(firstIdAt(midnight)));
  assert.equal(await start("2026-11-03T23:00:00Z"), String(firstIdAt(midnight)));
});
