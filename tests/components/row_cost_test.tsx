import assert from "node:assert/strict";
import { Rows } from "../../components/message/row.tsx";
import { messageParts } from "../../src/parts/message_parts.ts";
import type { StoredEvent } from "../../src/chat/events.ts";
import { splitTags } from "../../src/irc/syntax/tags.ts";

const LENGTH = 500;
const row = (text: string, tags = "", badges = "subscriber/12"): StoredEvent => ({
  id: 1e14,
  channelId: 1,
  channel: "a",
  kind: "message",
  text: text.repeat(LENGTH).slice(0, LENGTH),
  tags: splitTags(tags),
  userId: 5,
  author: { login: "bob", displayName: "Bob", badges, flags: "" },
});
const NORMAL = row("plain words as people write them, and nothing else; ");
/** By what is stored. Rows with pictures and links are longer: they may cost more, but not without bound. */
const ROWS: Record<string, [event: StoredEvent, times: number]> = {
  "brackets behind an address": [row("https://a.b/" + ")".repeat(LENGTH)), 3],
  "dots behind an address": [row("https://a.b/" + ".".repeat(LENGTH)), 3],
  "marks out of order": [row("\u0316\u0301"), 3],
  "markup": [row(`<"'&>`), 6],
  "names": [row("@abc "), 4],
  "addresses": [row("http://a.b "), 6],
  "emotes": [
    row("a ", `emotes=25:${Array.from({ length: 250 }, (_, i) => `${2 * i}-${2 * i}`).join(",")}`),
    12,
  ],
  "badges": [row("x", "", "moderator/1,".repeat(500)), 12],
  "an answered text without spaces": [
    row("x", `reply-parent-msg-id=a;reply-parent-msg-body=${"草".repeat(20_000)}`),
    8,
  ],
};

Deno.test("a row of 500 characters costs about as much as any other, whatever is stored in it", () => {
  const normalUs = leastUs(NORMAL);
  for (const [name, [event, times]] of Object.entries(ROWS)) {
    let us = leastUs(event);
    let base = normalUs;
    for (let i = 0; i < 5 && us > times * base; i++) {
      us = Math.min(us, leastUs(event));
      base = Math.max(base, leastUs(NORMAL));
    }
    assert.ok(us <= times * base, `${name}: ${us.toFixed(0)} µs, plain words ${base.toFixed(0)} µs`);
  }
});

Deno.test("in a message with hundreds of emotes and names only the first ones become pictures and links", () => {
  const kinds = Map.groupBy(
    messageParts({ text: "a ".repeat(300), tags: ROWS.emotes![0].tags }),
    ({ kind }) => kind,
  );
  assert.equal(kinds.get("emote")!.length, 100);
  const names = messageParts(ROWS.names![0]);
  assert.equal(names.filter(({ kind }) => kind === "mention").length, 20);
  assert.equal(names.map(({ text }) => text).join(""), ROWS.names![0].text);
});

/** The shortest of many runs, since only that is the row's own. */
function leastUs(event: StoredEvent): number {
  let least = Infinity;
  for (let run = 0; run < 40; run++) {
    const startedAt = performance.now();
    for (let i = 0; i < 20; i++) String(<Rows events={[event]} />);
    least = Math.min(least, (performance.now() - startedAt) * 1_000 / 20);
  }
  return least;
}
