/** A site with invented chat, for browser tests and screenshots. */
import type { Received } from "../../../src/chat/events.ts";
import { inventedEvent } from "../chat/invented_events.ts";
import { recordingSite, type TestSite, testSite } from "./site.ts";

/** Four channels, the first with 600 messages over two days, the last empty. */
export function inventedSite(
  now = Date.now(),
  config: Parameters<typeof testSite>[0] = {},
): TestSite {
  const site = recordingSite(["harborlight", "mossgarden", "oldlantern", "paperfox"], config);
  const first = Array.from({ length: 600 }, (_, n): Received => {
    const age = n < 200 ? 26 * 3_600_000 + (200 - n) * 40_000 : (600 - n) * 6_000;
    return { event: inventedEvent(n, "harborlight"), receivedAt: now - age };
  });
  site.recorder.store(1, first);
  for (let n = 0; n < 120; n++) {
    const channel = n % 3 === 0 ? 3 : 2;
    const name = channel === 3 ? "oldlantern" : "mossgarden";
    site.recorder.receive(channel, [inventedEvent(n * 3 + 1, name)], now - (120 - n) * 30);
  }
  noteCoverage(site, now);
  return site;
}

/** Four weeks of coverage of the second channel, with gaps for nearly every reason. */
function noteCoverage({ recorder }: TestSite, now: number): void {
  const at = (hoursAgo: number) => now - Math.round(hoursAgo * 3_600_000);
  recorder.listened(2, [
    { from: at(700), to: at(500), reason: "disabled" },
    { from: at(450), to: at(300), reason: "stopped" },
    { from: at(280), to: at(200), reason: "killed" },
    { from: at(199), to: at(150), reason: "connection lost" },
    { from: at(149), to: at(149), reason: "not joined" },
    { from: at(140), to: at(48), reason: "storage" },
    { from: at(47), to: at(0.0005), reason: "connection lost" },
  ]);
  for (const [from, to, messages] of [[199.5, 199, 3], [48, 47, 1]] as const) {
    const events = Array.from({ length: messages }, (_, n): Received => ({
      event: inventedEvent(n + 2, "mossgarden"),
      receivedAt: at(from) + n * 1_000,
    }));
    recorder.fill(
      { channelId: 2, from: at(from), to: at(to), source: "recent.example", filledAt: at(to) },
      events,
    );
  }
}
