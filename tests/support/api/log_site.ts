/** A site with the lines of `tests/fixtures/chat_log`, received on 9 November 2026. */
import type { Received } from "../../../src/chat/events.ts";
import { readLine } from "../../../src/irc/read.ts";
import { root } from "../sources/sources.ts";
import { recordingSite, type TestSite, testSite } from "../site/site.ts";

/** When the first line was received. */
export const RECEIVED_AT = Date.UTC(2026, 10, 9, 12, 0, 2);
/** The time of the tests. */
export const NOW = Date.UTC(2026, 10, 20, 18);
/** Where the lines are. */
export const DAY = "/channel/harborlight/2026/11/9";

/** A fixture by its name. */
export function fixture(name: string): string {
  return Deno.readTextFileSync(new URL(`tests/fixtures/chat_log/${name}`, root));
}

/** The lines, oldest first. */
export const LINES = fixture("lines.irc").trimEnd().split("\n");

/** Events of lines that are received at this time, one every 1.5 s. */
export function receivedLines(lines: readonly string[], at: number): Received[] {
  return lines.map((line, i) => {
    const reading = readLine(line);
    if (reading.kind !== "chat") throw new Error(`no line of a channel: ${line}`);
    return { event: reading.event, receivedAt: at + i * 1_500 };
  });
}

/** The channels harborlight (Twitch's id 9001), with the lines, and mossgarden (9002), with none. */
export function logSite(
  config: Parameters<typeof testSite>[0] = {},
  others: Parameters<typeof testSite>[2] = {},
): TestSite {
  const site = recordingSite(["harborlight", "mossgarden"], config, () => NOW, others);
  site.recorder.writer.identifyChannel("harborlight", 9001, NOW);
  site.recorder.writer.identifyChannel("mossgarden", 9002, NOW);
  site.recorder.store(1, receivedLines(LINES, RECEIVED_AT));
  return site;
}
