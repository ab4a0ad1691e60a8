import assert from "node:assert/strict";
import { sentencePieces } from "../../../components/words/notice_names.ts";
import { escapeTag, splitTags } from "../../../src/irc/syntax/tags.ts";

/** The names in a sentence, as `name→user`. */
function named(
  sentence: string,
  tags = "",
  author = { login: "harborlight", displayName: "HarborLight", flags: "" },
) {
  const pieces = sentencePieces({
    author,
    channel: "mossgarden",
    tags: [...splitTags(tags), `system-msg=${escapeTag(sentence)}`],
  });
  assert.equal(pieces.map(({ text }) => text).join(""), sentence);
  return pieces.filter(({ names }) => names !== undefined)
    .map(({ text, names }) => `${text}→${typeof names === "object" ? names.login : names}`);
}

const recipient = (login: string, displayName: string) =>
  `msg-param-recipient-display-name=${displayName};msg-param-recipient-user-name=${login}`;

Deno.test("raiders, gifters, recipients and channels in a notice are found", () => {
  assert.deepEqual(named("430 raiders from HarborLight have joined!"), ["HarborLight→author"]);
  assert.deepEqual(
    named(
      "HarborLight gifted a Tier 1 sub to PaperFox! It's their first.",
      recipient("paperfox", "PaperFox"),
    ),
    [
      "HarborLight→author",
      "PaperFox→paperfox",
    ],
  );
  assert.deepEqual(
    named("An anonymous user is gifting 10 Tier 1 Subs to MossGarden's community!"),
    ["MossGarden→channel"],
  );
  assert.deepEqual(
    named(
      "HarborLight is continuing the Gift Sub they got from OldLantern!",
      "msg-param-sender-login=oldlantern;msg-param-sender-name=OldLantern",
    ),
    ["HarborLight→author", "OldLantern→oldlantern"],
  );
  assert.deepEqual(
    named("김치찌개 gifted a sub to ゆきのさん!", recipient("yukino_san", "ゆきのさん"), {
      login: "kimchi_jjigae",
      displayName: "김치찌개",
      flags: "",
    }),
    ["김치찌개→author", "ゆきのさん→yukino_san"],
  );
});

Deno.test("only whole words are names, each once, for any names", () => {
  assert.deepEqual(named("HarborLights and xHarborLight subscribed."), []);
  assert.deepEqual(named("HarborLight subscribed. HarborLight!"), ["HarborLight→author"]);
  assert.deepEqual(named("harborlight subscribed."), ["harborlight→author"]);
  assert.deepEqual(
    named("Tier gifted a Tier 1 sub to sub!", recipient("sub", "sub"), {
      login: "tier",
      displayName: "Tier",
      flags: "",
    }),
    ["Tier→author", "sub→sub"],
  );
  assert.deepEqual(named(""), []);
  assert.deepEqual(named("İİİ HarborLight .*", recipient(".*", "")), ["HarborLight→author", ".*→.*"]);
});

Deno.test("the time for a sentence of only names is linear in its length", () => {
  const time = (repeats: number) => {
    const sentence = "HarborLight ".repeat(repeats);
    const start = performance.now();
    for (let i = 0; i < 20; i++) named(sentence);
    return performance.now() - start;
  };
  time(500);
  // Other programs may take the processor in any of them.
  const fastest = (repeats: number) => Math.min(...Array.from({ length: 5 }, () => time(repeats)));
  const ratio = fastest(8_000) / fastest(1_000);
  assert.ok(ratio < 40, `eight times the length takes ${ratio.toFixed(1)} times as long`);
});
