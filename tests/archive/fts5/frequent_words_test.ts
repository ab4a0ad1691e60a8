import assert from "node:assert/strict";
import { ANN, message } from "../../support/archive/events.ts";
import { openArchive } from "../../support/archive/test_archive.ts";

const RARE = 20_000;
const FREQUENT: [word: string, messages: number][] = [["gazelle", 6_000], ["gale", 1_500], ["gap", 300]];

Deno.test("the most frequent of very many words that begin with a text are found, with nearly their numbers", async () => {
  using archive = openArchive();
  const texts = [
    ...Array.from({ length: RARE }, (_, n) => `ga${n}x`),
    ...FREQUENT.flatMap(([word, messages]) => Array.from({ length: messages }, () => word)),
  ];
  for (let n = 0; n < texts.length; n += 4_000) {
    archive.append(texts.slice(n, n + 4_000).map((text) => message(ANN, text)), n);
  }
  // In one segment, as of an archive that has been left alone.
  while (archive.writer.maintenance.compact(-1));
  await using reader = archive.reader();
  const [gazelle, gale] = await reader.words("ga", 3);
  assert.deepEqual([gazelle?.[0], gale?.[0]], ["gazelle", "gale"]);
  assert.ok(Math.abs(gazelle![1] - 6_000) < 600, `${gazelle![1]}`);
  assert.equal(gale![1], 1_500, "a list on two pages is counted");
  assert.deepEqual(await reader.words("gazell", 3), [gazelle]);
  assert.deepEqual((await reader.words("gap", 3)).slice(0, 1), [["gap", 300]]);
});

Deno.test("emotes are completed by the names of emotes alone", async () => {
  using archive = openArchive();
  const tags = ["emotes=25:0-4", "first-msg=0", "flags=", "returning-chatter=0"];
  archive.append([
    message(ANN, "Kappa", { tags }),
    message(ANN, "Kappa again", { tags }),
    message(ANN, "Kapow", { tags }),
    message(ANN, "kappa as a word, karaoke"),
  ]);
  await using reader = archive.reader();
  assert.deepEqual(await reader.emotes("ka", 8), [["kappa", 2], ["kapow", 1]]);
  assert.deepEqual(await reader.emotes("", 8), [["kappa", 2], ["kapow", 1]]);
  assert.deepEqual(await reader.emotes("kar", 8), []);
});
