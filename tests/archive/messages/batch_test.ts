import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { unpackAuthor } from "../../../src/archive/sqlite/codec/authors.ts";
import { PostingLists } from "../../../src/archive/sqlite/fts5/posting_lists.ts";
import { BatchBuilder, IRREGULAR } from "../../../src/archive/sqlite/messages/batch.ts";
import type { ChatEvent } from "../../../src/chat/events.ts";
import { ANN, BEN, message, NOON, person, timed } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

const UUID = "0c1d2e3f-0000-4000-8000-00000000000";

/** Regular messages: every value has a column. */
function regular(n: number, more: Partial<ChatEvent> = {}): ChatEvent {
  return message(n % 2 === 0 ? ANN : BEN, `text ${n}`, { uuid: UUID + n, sentAt: NOON + n, ...more });
}

Deno.test("regular messages become columns, with each author and template once; other events stay objects", () => {
  const odd = [
    regular(5, { uuid: "no id that we know" }),
    regular(6, { sentAt: undefined }),
    regular(7, { author: person(undefined, "nobody") }),
    regular(8, { kind: "notice" }),
  ];
  const packed = new BatchBuilder().pack(timed([regular(0), regular(1), ...odd, regular(2)]));
  assert.deepEqual([...packed.kinds], [0, 0, IRREGULAR, IRREGULAR, IRREGULAR, IRREGULAR, 0]);
  assert.deepEqual(packed.others.map(({ event }) => event), odd);
  assert.deepEqual(packed.authors.map(({ packed }) => unpackAuthor(packed).login), ["ann", "ben"]);
  assert.deepEqual(packed.channels, [{ login: "lake", roomId: 9001 }]);
  assert.equal(packed.templates.length, 1);
});

Deno.test("a user whose colour or badges change is another author, and each batch is self-contained", () => {
  const packer = new BatchBuilder();
  const red = { ...ANN, color: "#FF0000" };
  const first = packer.pack(timed([regular(0), regular(2, { author: red }), regular(4)]));
  assert.deepEqual([...first.author].map((i) => unpackAuthor(first.authors[i]!.packed).color), [
    "",
    "#FF0000",
    "",
  ]);
  const second = packer.pack(timed([regular(4)]));
  assert.deepEqual(second.authors.map(({ packed }) => unpackAuthor(packed).color), [""]);
});

Deno.test("a row is restored exactly, as a column or as an object", async () => {
  using archive = openArchive();
  const events = [
    regular(0),
    regular(1, { kind: "action", text: "草 waves 😂" }),
    regular(2, {
      tags: ["client-nonce=0a1b", "emotes=25:0-4", "first-msg=1", "flags=", "returning-chatter=0"],
    }),
    // Another id than the channel's, and tags that look like the archive's marks.
    regular(3, { roomId: 4 }),
    regular(4, { tags: ["~room=5"] }),
    regular(5, { uuid: "0OIrZW3lYhZpHw", text: "" }),
    regular(6, { tags: [] }),
  ];
  const ids = archive.append(events);
  await using reader = archive.reader();
  for (const [i, id] of ids.entries()) {
    const { channelId: _, id: __, userId, ...event } = (await reader.event(id))!;
    assert.deepEqual(event, events[i]);
    assert.equal(userId, events[i]!.author!.userId);
  }
});

Deno.test("users who change their names within a batch do not make the index write its terms early", () => {
  const segments = (rename: boolean) => {
    using archive = openArchive();
    const batch = Array.from({ length: 20 }, (_, n) => {
      const login = rename && n % 4 > 1 ? "other" : "ann";
      return regular(0, { author: { ...ANN, login, displayName: login }, text: `word${n}` });
    });
    archive.append(batch);
    using db = new DatabaseSync(archive.path, { readOnly: true });
    return new PostingLists(db).segments().length;
  };
  assert.equal(segments(true), segments(false));
});
