import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSearchText } from "../../../src/search/language/parse.ts";
import { printSearch } from "../../../src/search/language/print.ts";
import type { Node } from "../../../src/search/language/tree.ts";

/** A short form of a tree: `[a b]` = all, `{a|b}` = any, `!a` = not, `<a>` = phrase, `a~` = prefix. */
function short(node: Node): string {
  switch (node.kind) {
    case "word":
      return node.text;
    case "phrase":
      return `<${node.text}>`;
    case "prefix":
      return `${node.text}~`;
    case "operator":
      return `${node.name}=${node.value}`;
    case "regex":
      return `re(${node.source})${node.ignoreCase ? "i" : ""}`;
    case "not":
      return `!${short(node.of)}`;
    case "all":
      return `[${node.of.map(short).join(" ")}]`;
    case "any":
      return `{${node.of.map(short).join("|")}}`;
  }
}

/** What was typed, its tree, and its canonical text if that is another one. */
const VALID: [typed: string, tree: string, canonical?: string][] = [
  ["", ""],
  ["   ", "", ""],
  ["hello", "hello"],
  ["  good   game ", "good game", "good game"],
  ['"good game"', "<good game>"],
  ["“good game”", "<good game>", '"good game"'],
  ["„good game“", "<good game>", '"good game"'],
  ['"never closed', "<never closed>", '"never closed"'],
  ['say"hi"', "say <hi>", 'say "hi"'],
  ["Pog*", "Pog~"],
  ["pog***", "pog~", "pog*"],
  ["草*", "草", "草"],
  ["😂*", "😂", "😂"],
  ["f*ck", "f*ck"],
  ["*waves*", "*waves*"],
  ["***", "***"],
  ["-LUL", "!LUL"],
  ["a -b", "a !b"],
  ['-"good game"', "!<good game>"],
  ["-pog*", "!pog~"],
  ["-(a b)", "![a b]"],
  ["-(-a)", "!!a"],
  ["-from:nightbot", "!from=nightbot"],
  ["->", "->"],
  ["-", "-"],
  ["--a", "--a"],
  ["-_-", "-_-"],
  ["a-b", "a-b"],
  ["LUL OR KEKW", "{LUL|KEKW}"],
  ["a b OR c", "{[a b]|c}"],
  ["a OR b OR c", "{a|b|c}"],
  ["(a OR b) c", "{a|b} c"],
  ["c (a OR b)", "c {a|b}"],
  ["(a OR b)", "{a|b}", "a OR b"],
  ["((a))", "a", "a"],
  ["(a b) c", "[a b] c"],
  ["(a b) OR c", "{[a b]|c}", "a b OR c"],
  ["a OR (b OR c)", "{a|{b|c}}"],
  ["(a", "a", "a"],
  ["(a b", "[a b]", "(a b)"],
  ["a or b", "a or b"],
  ["ORANGE", "ORANGE"],
  ["-OR", "!OR"],
  ["<3", "<3"],
  [":)", ":)"],
  [":D", ":D"],
  ["D:", "D:"],
  ["(:D OR :))", "{:D|:)}", ":D OR :)"],
  ["(a :)", "[a :)]", "(a :))"],
  ["(:", "(:"],
  ["-:)", "!:)"],
  ["-<3", "!<3"],
  ["(a -:)) b", "[a !:)] b"],
  ["c++", "c++"],
  ["#1", "#1"],
  ["$5", "$5"],
  ["100%", "100%"],
  ["3.14", "3.14"],
  ["don't", "don't"],
  ["???", "???"],
  ["foo)", "foo", "foo"],
  ["привет)))", "привет", "привет"],
  ["f(x)", "f x", "f x"],
  [":))", ":))"],
  [":))) a", ":))) a"],
  ["(a OR :( ) b", "{a|:(} b", "(a OR :() b"],
  ["(f(x))", "[f x]", "(f x)"],
  ["(gg -: ) wp", "[gg -:] wp"],
  ["-(:)", "!(:", "-(:"],
  ["-( : )", "!:"],
  ["(foo) bar", "foo bar", "foo bar"],
  ["(a)b", "a b", "a b"],
  ["(a)(b)", "a b", "a b"],
  ["from:nightbot", "from=nightbot"],
  ["FROM:NightBot", "from=NightBot", "from:NightBot"],
  ['from:"some name"', "from=some name"],
  ['from:"nightbot"', "from=nightbot", "from:nightbot"],
  ["from:#123", "from=#123"],
  ["from:@nightbot", "from=@nightbot"],
  ["from:a from:b", "from=a from=b"],
  ["(from:a) (from:b)", "[from=a] [from=b]"],
  ["in:twitchdev", "in=twitchdev"],
  ["in:#1", "in=#1"],
  ["mentions:nightbot", "mentions=nightbot"],
  ["to:nightbot", "to=nightbot"],
  ["before:2026-11-03", "before=2026-11-03"],
  ["after:2h", "after=2h"],
  ["after:30m", "after=30m"],
  ["after:2026-11-03T20:15", "after=2026-11-03T20:15"],
  ["on:2026-03", "on=2026-03"],
  ["on:2026", "on=2026"],
  ["on:yesterday", "on=yesterday"],
  ["on:TODAY", "on=TODAY"],
  ["is:first", "is=first"],
  ["is:Mod", "is=Mod"],
  ["-is:broadcaster", "!is=broadcaster"],
  ["has:link", "has=link"],
  ["emote:Kappa", "emote=Kappa"],
  ["emote::)", "emote=:)", 'emote:":)"'],
  ["badge:moderator", "badge=moderator"],
  ["badge:subscriber/12", "badge=subscriber/12"],
  ["bits:>100", "bits=>100"],
  ["bits:100-500", "bits=100-500"],
  ["thread:885196de-cb67-427a-baa8-82f9b0fcd05f", "thread=885196de-cb67-427a-baa8-82f9b0fcd05f"],
  ["thread:123", "thread=123"],
  ["/regex/", "re(regex)"],
  ["/a b+/i", "re(a b+)i"],
  ["/a\\/b/", "re(a\\/b)"],
  ["(/a/ OR b)", "{re(a)|b}", "/a/ OR b"],
  ["-/a/", "!re(a)"],
  ["/me", "/me"],
  ["/r/all", "/r/all"],
  ["//", "//"],
  ["http://example.com", "http://example.com"],
  ["note:this", "note:this"],
  ["from", "from"],
  ["hello:)", "hello:)"],
  ["in:a from:b hello -is:mod OR xy*", "{[in=a from=b hello !is=mod]|xy~}"],
  ["草 ㅋㅋㅋ 😂", "草 ㅋㅋㅋ 😂"],
  ...[
    ..."sub resub gift raid announcement notice reply returning deleted timeout ban mode bits highlight shared filled vip"
      .split(" "),
    "subscriber",
    "broadcaster",
    "action",
  ].map((fact): [string, string] => [`is:${fact}`, `is=${fact}`]),
  ["has:emote -has:mention", "has=emote !has=mention"],
  ["hAs:LiNk", "has=LiNk", "has:LiNk"],
  ["on:2026-11-03", "on=2026-11-03"],
  ["on:2026-11-03T20:15", "on=2026-11-03T20:15"],
  ["before:yesterday after:today", "before=yesterday after=today"],
  ["before:now", "before=now"],
  ["before:2026-11", "before=2026-11"],
  ["after:2w before:7d", "after=2w before=7d"],
  ["before:2026-11-03T20:15:30", "before=2026-11-03T20:15:30"],
  ["before:2026-11-03T20:15:30.250", "before=2026-11-03T20:15:30.250"],
  ["bits:5", "bits=5"],
  ["bits:>=5", "bits=>=5"],
  ["bits:<=5", "bits=<=5"],
  ["bits:<5", "bits=<5"],
  ["badge:VIP/1", "badge=VIP/1"],
  ["badge:sub-gifter", "badge=sub-gifter"],
  ["emote:catJAM", "emote=catJAM"],
  ['emote:"<3"', "emote=<3", "emote:<3"],
  ["emote:O_o", "emote=O_o"],
  ["from:a OR from:b", "{from=a|from=b}"],
  ["-(from:a OR from:b)", "!{from=a|from=b}"],
  ["in:a OR hello", "{in=a|hello}"],
  ["hello OR -bye", "{hello|!bye}"],
  ["-hello OR bye", "{!hello|bye}"],
  ["a OR -(b c)", "{a|![b c]}"],
  ["((a OR b) (c OR d))", "[{a|b} {c|d}]"],
  ["(a OR b) OR c", "{{a|b}|c}"],
  ["-((a))", "!a", "-a"],
  ["(-a)", "!a", "-a"],
  ["-(a OR b)", "!{a|b}"],
  ["(a b) (c d)", "[a b] [c d]"],
  ["(((((((a)))))))", "a", "a"],
  ["( a", "a", "a"],
  ["a\tb\nc", "a b c", "a b c"],
  ["a\u00a0b\u3000c", "a b c", "a b c"],
  ["（a）", "（a）"],
  ["« good game »", "« good game »"],
  ["'good game'", "'good game'"],
  ['"a" "b"', "<a> <b>"],
  ['"a""b"', "<a> <b>", '"a" "b"'],
  ['"a OR b"', "<a OR b>"],
  ['"from:x"', "<from:x>"],
  ['"pog*"', "<pog*>"],
  ['"-a"', "<-a>"],
  ['"/a/"', "</a/>"],
  ["a:b", "a:b"],
  [":a", ":a"],
  ["http://a.b/c?d=e&f", "http://a.b/c?d=e&f"],
  ["user@example.com @nightbot", "user@example.com @nightbot"],
  ["!command ~x", "!command ~x"],
  ["a,b a;b a&b a|b a=b", "a,b a;b a&b a|b a=b"],
  ["...", "..."],
  ["—", "—"],
  ["–dash", "–dash"],
  ["U.S.A. e.g.", "U.S.A. e.g."],
  ["1,000 12:30 50%", "1,000 12:30 50%"],
  ["€5 £5", "€5 £5"],
  ["c# f#", "c# f#"],
  ["a*b", "a*b"],
  ['"a*', "<a*>", '"a*"'],
  ["/a b", "/a b"],
  ["/a/b/", "/a/b/"],
  ["-/a b/i", "!re(a b)i"],
  ["/(a|b)+/", "re((a|b)+)"],
  ["/a/g", "/a/g"],
  ["THREAD:123", "thread=123", "thread:123"],
  ["from:日本", "from=日本"],
  ['from:"日本 語"', "from=日本 語"],
  ["in:@a", "in=@a"],
  ["user:x channel:y", "user:x channel:y"],
  ["from :a", "from :a"],
  [":from:a", ":from:a"],
  ['from:"a', "from=a", "from:a"],
  ["NOT a AND b && c", "NOT a AND b && c"],
  ["👩‍🚀 🇩🇪 ❤️ 👍🏽", "👩‍🚀 🇩🇪 ❤️ 👍🏽"],
  ["e\u0301 Straße ﬁre 𝓱𝓮𝓵𝓵𝓸", "e\u0301 Straße ﬁre 𝓱𝓮𝓵𝓵𝓸"],
  ["שָׁלוֹם مُحَمَّد", "שָׁלוֹם مُحَمَّد"],
  ["ㅋㅋ*", "ㅋㅋ", "ㅋㅋ"],
  ["한국어 검색 ไทย", "한국어 검색 ไทย"],
  ["a\u200bb", "a\u200bb"],
];

Deno.test("the table of the language has at least 200 cases", () => {
  assert.ok(VALID.length + INVALID.length >= 200, `${VALID.length + INVALID.length}`);
});

Deno.test("each search has its tree and its canonical text", () => {
  for (const [typed, tree, canonical = typed.trim()] of VALID) {
    const { search, problems } = parseSearchText(typed);
    assert.deepEqual(problems, [], typed);
    assert.equal(search.map(short).join(" "), tree, typed);
    assert.equal(printSearch(search), canonical, typed);
  }
});

/** What was typed, with the part that is wrong in ⟦ ⟧, and a part of the sentence. */
const INVALID: [typed: string, sentence: RegExp][] = [
  ["⟦before:soon⟧", /^`before:` needs a date such as 2026-11-03.*; got `soon`\.$/],
  ["⟦before:⟧ x", /^`before:` needs a date/],
  ["hello ⟦on:2h⟧", /^`on:` needs a day/],
  ["⟦on:2026-13⟧", /got `2026-13`/],
  ["⟦on:2026-02-30⟧", /got `2026-02-30`/],
  ["⟦on:1969⟧", /got `1969`/],
  ["⟦after:2026-11-03T25:00⟧", /got `2026-11-03T25:00`/],
  ["⟦after:99999999h⟧", /got `99999999h`/],
  ["⟦from:⟧", /^`from:` needs a user name such as `from:nightbot`/],
  ['⟦from:""⟧', /^`from:` needs/],
  ["⟦from:!!⟧", /got `!!`/],
  ["⟦in:not-a-login⟧", /^`in:` needs a channel name/],
  ["⟦is:happy⟧", /^`is:` needs one of action, sub, .*; got `happy`/],
  ["⟦has:cheese⟧", /one of link, emote, mention; got `cheese`/],
  ["⟦bits:<1⟧", /got `<1`/],
  ["⟦bits:0⟧", /got `0`/],
  ["⟦to:#12⟧", /^`to:` needs the user name/],
  ["⟦mentions:#12⟧", /^`mentions:` needs a user name/],
  ["⟦bits:many⟧", /got `many`/],
  ["⟦bits:500-100⟧", /got `500-100`/],
  ["⟦badge:a/b/c⟧", /^`badge:` needs/],
  ["⟦thread:abc⟧", /^`thread:` needs/],
  ["⟦*cringe⟧", /`cringe\*` finds words that begin with cringe/],
  ["⟦p*⟧", /p\* is too short: give at least 2 letters/],
  ["a ⟦OR⟧", /^`OR` needs a search on both sides/],
  ["⟦OR⟧ a", /^`OR` needs a search on both sides/],
  ["a ⟦OR⟧ OR b", /^`OR` needs a search on both sides/],
  ["(a ⟦OR⟧) b", /^`OR` needs a search on both sides/],
  ["a ⟦)⟧ b", /closes nothing/],
  ["⟦()⟧", /nothing in these parentheses/],
  ["a ⟦( )⟧", /nothing in these parentheses/],
  ['⟦""⟧', /nothing between these quotes/],
  ['⟦" "⟧', /nothing between these quotes/],
  ["x⟦()⟧", /nothing in these parentheses/],
  ["⟦()⟧", /nothing in these parentheses/],
  ["((((((((⟦(⟧a)))))))))", /8 parentheses within each other/],
  ["(⟦(⟧", /nothing in these parentheses/],
  [`⟦${"w ".repeat(32)}w⟧`, /32 words and operators, this one has 33/],
  [`${"w".repeat(500)}⟦x⟧`, /500 characters, this one has 501/],
  ["⟦OR⟧", /^`OR` needs a search on both sides/],
  ["(⟦OR⟧)", /^`OR` needs a search on both sides/],
  ["⟦a**⟧", /a\* is too short/],
  ["⟦**a⟧", /`a\*` finds words that begin with a/],
  ["-⟦a*⟧", /a\* is too short/],
  ["⟦is:⟧ mod", /^`is:` needs one of/],
  ["⟦from:⟧ a", /^`from:` needs a user name/],
  ["⟦has:⟧", /^`has:` needs one of/],
  ["⟦emote:⟧", /^`emote:` needs the name of an emote/],
  ["⟦badge:⟧", /^`badge:` needs the name of a badge/],
  ["⟦bits:⟧", /^`bits:` needs a number/],
  ["⟦thread:⟧", /^`thread:` needs the id of a message/],
  ["⟦in:a,b⟧", /got `a,b`/],
  ["a ⟦)⟧( b", /closes nothing/],
  ["a ⟦)⟧", /closes nothing/],
  ["⟦\u200b⟧", /only invisible characters/],
  ["⟦before:2026-11-31⟧", /got `2026-11-31`/],
  ["⟦on:now⟧", /^`on:` needs/],
];

Deno.test("each mistake is named at its place", () => {
  for (const [marked, sentence] of INVALID) {
    const typed = marked.replaceAll(/[⟦⟧]/g, "");
    const { problems } = parseSearchText(typed);
    assert.equal(problems.length, 1, marked);
    assert.deepEqual(
      [problems[0]!.from, problems[0]!.to],
      [marked.indexOf("⟦"), marked.indexOf("⟧") - 1],
      marked,
    );
    assert.match(problems[0]!.sentence, sentence);
  }
});

const PIECES = [
  ..." \t()\"-*:/#<>|'“",
  ...[
    "OR",
    "or",
    "from:",
    "in:",
    "is:mod",
    "before:2h",
    "bits:>1",
    "emote:",
    "a",
    "bc",
    "Ω",
    "草",
    "😂",
    ":)",
    ":D",
    "<3",
    "\\",
    "/x/",
    "((",
    "))",
  ],
];
const typed = fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((pieces) => pieces.join(""));

Deno.test("a search with one more part means the same parts", () => {
  fc.assert(
    fc.property(typed, (text) => {
      const { search, problems } = parseSearchText(text);
      if (problems.length > 0) return;
      const more = [...search, { kind: "operator", name: "in", value: "channel" } as const];
      const again = parseSearchText(printSearch(more));
      assert.deepEqual(again.problems, [], JSON.stringify({ text, printed: printSearch(more) }));
      const meant = (parts: readonly Node[]) => parts.map(short).join(" ").replaceAll(/[<>]/g, "");
      assert.equal(meant(again.search), meant(more), JSON.stringify({ text, printed: printSearch(more) }));
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("the canonical text of any search has the same tree, and is canonical", () => {
  fc.assert(
    fc.property(fc.oneof(typed, fc.string({ maxLength: 60 })), (text) => {
      const { search, problems } = parseSearchText(text);
      for (const { from, to, sentence } of problems) {
        assert.ok(from >= 0 && from < to && to <= text.length && sentence.length > 0, JSON.stringify(text));
      }
      if (problems.length > 0) return;
      const printed = printSearch(search);
      const again = parseSearchText(printed);
      assert.deepEqual([again.search, again.problems], [search, []], JSON.stringify({ text, printed }));
    }),
    { numRuns: 10_000 },
  );
});
