import assert from "node:assert/strict";
import fc from "fast-check";
import { expand, toTemplate } from "../../../src/archive/sqlite/codec/tag_templates.ts";
import { ANN, message, NOON } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { anyEvent, anyTags } from "../../support/chat/any_event.ts";

/** Removes undefined values, so that they equal missing ones. */
function plain(event: object): unknown {
  return JSON.parse(JSON.stringify(event));
}

Deno.test("every appended event is restored exactly", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), async (made) => {
      // A ROOMSTATE that changes nothing would not be stored.
      const events = made.map((event, i) =>
        event.kind === "state" ? { ...event, tags: [...event.tags, `mode-${i}=1`] } : event
      );
      using archive = openArchive();
      const announced = archive.writer.append(
        events.map((event, i) => ({ event, receivedAt: NOON + i })),
        new Set([1, 2]),
      ).events;
      await using reader = archive.reader();
      const page = await reader.timeline({ limit: 200 });
      assert.deepEqual(plain(page.events.toReversed()), plain(announced));
      for (const [i, stored] of page.events.toReversed().entries()) {
        const {
          id: _id,
          channelId: _channelId,
          userId: _userId,
          removed: _removed,
          changed: _changed,
          ...back
        } = stored;
        assert.deepEqual(plain(back), plain(events[i]!));
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("a template and its values restore the tags", () => {
  fc.assert(fc.property(anyTags, (tags) => {
    assert.deepEqual(expand(toTemplate(tags)), tags);
  }));
});

Deno.test("values other than '', 0 and 1 become placeholders of the template", () => {
  assert.deepEqual(toTemplate(["emotes=25:0-4", "first-msg=0", "flags="]), {
    template: "emotes=\x01;first-msg=0;flags=",
    values: "25:0-4",
  });
});

Deno.test("a channel's id that is learned later changes no earlier message", async () => {
  using archive = openArchive();
  const [before] = archive.append([message(ANN, "no id yet", { channel: "hill", roomId: undefined })]);
  archive.writer.identifyChannel("hill", 9002, NOON);
  const [after] = archive.append([message(ANN, "with id", { channel: "hill", roomId: 9002 })], 5);
  await using reader = archive.reader();
  assert.equal((await reader.event(before!))!.roomId, undefined);
  assert.equal((await reader.event(after!))!.roomId, 9002);
});
