import assert from "node:assert/strict";
import { ANN, message } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";
import { searchOf } from "../../support/search.ts";

Deno.test("words that some messages have much more often than others are named, without emotes, names and addresses", async () => {
  using archive = openArchive();
  const usual = Array.from({ length: 400 }, (_, n) => message(ANN, `what a nice day number ${n}`));
  archive.append(usual);
  const emote = { tags: ["emotes=25:0-4", "first-msg=0", "flags=", "returning-chatter=0"] };
  archive.append([
    ...Array.from({ length: 12 }, () => message(ANN, "Kappa the Boss isn't nice", emote)),
    ...Array.from({ length: 8 }, () => message(ANN, "@ann boss fight https://example.org/kraken")),
    message(ANN, "once only"),
  ], 1_000);
  archive.writer.flushCounters();
  await using reader = archive.reader();
  const newest = (await reader.topics({ from: 1_709_294_400_000 + 1_000_000 }))!;
  assert.equal(newest.messages, 21);
  assert.equal(newest.isAll, true);
  assert.deepEqual(newest.words.map(({ word, messages }) => [word, messages]), [
    ["boss", 20],
    ["the", 12],
    ["fight", 8],
  ]);
  assert.deepEqual([newest.emotes, newest.areEmotesCounted], [[{ name: "Kappa", messages: 12 }], true]);
  // 20 of 21 messages have it, and 20 of all 421.
  assert.ok(Math.abs(newest.words[0]!.times - 20) < 1, `${newest.words[0]!.times}`);
  assert.deepEqual((await reader.topics({}))!.words, [], "nothing is unusual in the whole archive");
  const found = (await reader.topics({ search: searchOf("fight") }))!;
  assert.equal(found.messages, 8);
  assert.deepEqual(found.words.map(({ word }) => word), ["fight", "boss"]);
});

Deno.test("emotes of the newest messages are counted in all matches", async () => {
  using archive = openArchive();
  const say = (text: string, at: string, more: number) =>
    Array.from(
      { length: more },
      (_, n) =>
        message(ANN, `${text} ${n}`, {
          tags: [`emotes=25:${at}`, "first-msg=0", "flags=", "returning-chatter=0"],
        }),
    );
  archive.append([
    ...say("Kappa", "0-4", 1_500),
    ...Array.from({ length: 1_500 }, () => message(ANN, "no emote", { channel: "hill" })),
    ...say("hi LUL", "3-5", 1_000),
    ...say("Kappa", "0-4", 700),
  ]);
  await using reader = archive.reader();
  const topics = (await reader.topics({ channelId: 1 }))!;
  assert.deepEqual([topics.messages, topics.isAll, topics.areEmotesCounted], [2_000, false, true]);
  assert.deepEqual(topics.emotes, [{ name: "Kappa", messages: 2_200 }, { name: "LUL", messages: 1_000 }]);
});
