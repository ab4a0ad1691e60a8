import assert from "node:assert/strict";
import { lakeSite } from "../../support/site/site.ts";

/** A Monday, noon. */
const NOW = Date.UTC(2026, 10, 23, 12);
const MIN = 60_000;

Deno.test("a refused channel shows why, since when, and when it is retried", async () => {
  using site = lakeSite({}, () => NOW);
  const refused = {
    channelId: 1,
    login: "lake",
    state: "refused",
    reason: "Twitch has suspended this channel",
    nextTryAt: NOW + 4 * MIN,
    perMinute: 0,
  } as const;
  for (
    const [since, told, long] of [
      [NOW - 90 * MIN, '<time datetime="2026-11-23T10:30:00.000Z"[^>]*>10:30</time>', "1 h 30 min"],
      [
        NOW - 24 * 60 * MIN,
        '<time datetime="2026-11-22T12:00:00.000Z"[^>]*>22 Nov 2026, 12:00</time>',
        "1 d",
      ],
    ] as const
  ) {
    site.recorder.says = { channels: [{ ...refused, since }] };
    const head = await (await site.request("/channels/1")).text();
    assert.match(head, new RegExp(`Twitch has suspended this channel · since ${told} · next try in 4 min`));
    for (const path of ["/", "/channels"]) {
      const page = await (await site.request(path)).text();
      assert.match(
        page,
        new RegExp(`Twitch has suspended this channel · for ${long} · next try in 4 min`),
        path,
      );
    }
  }
});
