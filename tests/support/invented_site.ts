/** A site full of invented chat: what screenshots and browser tests look at. */
import type { Fill, Listening } from "../../src/chat/coverage.ts";
import { inventedEvent } from "./invented.ts";
import { type TestSite, testSite } from "./site.ts";

/** Four channels, the first with 600 messages over two days, the last empty. */
export async function inventedSite(now = Date.now()): Promise<TestSite> {
  const site = testSite();
  const [first] = await site.recorder.addChannels(["harborlight", "mossgarden", "oldlantern", "paperfox"]);
  for (let n = 0; n < 600; n++) {
    const age = n < 200 ? 26 * 3_600_000 + (200 - n) * 40_000 : (600 - n) * 6_000;
    site.recorder.receive(first!.id, [inventedEvent(n, "harborlight")], now - age);
  }
  for (let n = 0; n < 120; n++) {
    const channel = n % 3 === 0 ? 3 : 2;
    const name = channel === 3 ? "oldlantern" : "mossgarden";
    site.recorder.receive(channel, [inventedEvent(n * 3 + 1, name)], now - (120 - n) * 30);
  }
  markRemoved(site);
  site.archive.stretches.set(2, inventedCoverage(now));
  return site;
}

/** Weeks in which nearly everything went wrong once. */
function inventedCoverage(now: number): { listening: Listening[]; fills: Fill[] } {
  const at = (hoursAgo: number) => now - Math.round(hoursAgo * 3_600_000);
  const source = "recent.example";
  return {
    listening: [
      { from: at(700), to: at(500), reason: "disabled" },
      { from: at(450), to: at(300), reason: "stopped" },
      { from: at(280), to: at(200), reason: "killed" },
      { from: at(199), to: at(150), reason: "connection lost" },
      { from: at(149), to: at(149), reason: "not joined" },
      { from: at(140), to: at(48), reason: "storage" },
      { from: at(47), to: at(0.0005), reason: "connection lost" },
    ],
    fills: [
      { from: at(199.5), to: at(199), source, messages: 211, filledAt: at(199) },
      { from: at(48), to: at(47), source, messages: 1, filledAt: at(47) },
    ],
  };
}

/** As the archive does: what a timeout, a ban or a deletion was about. */
function markRemoved({ archive }: TestSite): void {
  for (const by of archive.events) {
    if (by.kind !== "deletion" && by.kind !== "timeout") continue;
    const removed = archive.events.findLast((event) =>
      event.id < by.id && (by.kind === "deletion" ? event.uuid === by.uuid : event.userId === by.userId) &&
      event.kind === "message"
    );
    if (removed) {
      removed.removed = { by: by.id, kind: by.kind, durationS: by.kind === "timeout" ? 600 : undefined };
    }
  }
}
