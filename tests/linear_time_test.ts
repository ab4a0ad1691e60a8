/**
 * Processing foreign text (chat lines, requests, files, answers of a history service) must take linear time.
 * Otherwise one stored line could slow down every page that shows it.
 */
import type { LogRecord } from "@logtape/logtape";
import type { Context } from "hono";
import assert from "node:assert/strict";
import { restoreRanges, shortenRanges } from "../src/archive/sqlite/codec/emote_ranges.ts";
import { foldName, nameExpression, termsOfName } from "../src/archive/sqlite/users/name_index.ts";
import { storedTags } from "../src/archive/sqlite/codec/event_row.ts";
import { expand, toTemplate } from "../src/archive/sqlite/codec/tag_templates.ts";
import * as badges from "../components/words/badges.ts";
import * as channelName from "../src/chat/channel_name.ts";
import { emotePieces } from "../src/parts/emote_pieces.ts";
import { sentencePieces } from "../components/words/notice_names.ts";
import * as ids from "../src/chat/ids.ts";
import * as modes from "../src/irc/events/roomstate.ts";
import * as occurrences from "../src/search/text/match.ts";
import * as parts from "../src/parts/message_parts.ts";
import { placedEmotes } from "../src/parts/set_emotes.ts";
import * as evaluate from "../src/search/evaluate.ts";
import { highlighter } from "../src/search/highlight.ts";
import * as regex from "../src/search/regex.ts";
import * as searchText from "../src/search/language/parse.ts";
import { wordsOf } from "../src/search/keys.ts";
import { searchOf } from "./support/search.ts";
import * as sentences from "../components/words/sentences.ts";
import {
  answeredMessage,
  emoteRanges,
  messageDetails,
  sayOnlyEmotes,
  sharedSource,
} from "../src/irc/events/privmsg.ts";
import { noticeDetails, noticeSentence } from "../src/irc/events/usernotice.ts";
import * as tags from "../src/irc/syntax/tags.ts";
import { emoticonsIn, findLiteral, isSignedEmoticon } from "../src/search/text/literal.ts";
import * as terms from "../src/search/text/tokens.ts";
import { spanIn } from "../routes/api/logs/span.ts";
import { withoutRemovedText } from "../src/chat/removed_text.ts";
import { LOG_FORMATS, logWriter } from "../src/chat_log/formats.ts";
import { recentLines } from "../src/chat_log/recent.ts";
import { substringCondition } from "../src/search/substring.ts";
import { parseUserName } from "../src/chat/user_name.ts";
import { writeUuid } from "../src/chat/uuid.ts";
import { readHistoryLine } from "../src/collector/backfill/history_line.ts";
import { parseListenAddress } from "../src/config/address.ts";
import { parseEnvFile } from "../src/config/env_file.ts";
import { formatEvent } from "../src/irc/format.ts";
import { LineSplitter } from "../src/irc/lines.ts";
import { readLine } from "../src/irc/read.ts";
import { isLoopbackName } from "../src/web/access/same_origin.ts";
import { sseEvent } from "../src/web/sse.ts";
import { splitTags } from "../src/irc/syntax/tags.ts";
import { ADDRESSES, adversarialTexts, assertLinear } from "./support/sources/adversarial.ts";
import { parseName } from "../src/archive/saved/name.ts";
import { OptOutList } from "../src/archive/access/opt_out.ts";
import { OptOutFilter } from "../src/collector/opt_out_filter.ts";
import { lineFormatter } from "../src/log.ts";
import { parseDays, tokenOf } from "../src/web/access/token.ts";
import { root } from "./support/sources/sources.ts";
import { expressionsInSources, suspicionOf } from "./support/sources/regular_expressions.ts";

const EMOTE = { service: "7tv", id: "1", isOverlay: false, ratio: 1 } as const;

/** Expressions that {@link suspicionOf} cannot judge, and why they are linear. */
const REVIEWED: Record<string, string> = {
  "\\x03|:(\\d+)-[\\d,-]*\\d(?=[/;]|$)": "begins at a `:`, which none of its repetitions takes",
  "\\.\\d+Z$": "begins at a `.`, which its repetition does not take; reads our own times",
  " \\(os error \\d+\\)": "begins at a blank and a bracket, which its repetition does not take",
  ":\\d+$": "begins at a `:`, which its repetition does not take",
  "^(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=": "no two neighbours take the same character",
};

Deno.test("no regular expression can backtrack more than linearly, except those with a documented reason", () => {
  const found = [...expressionsInSources()];
  assert.ok(found.length > 50, "the literals are found");
  const wrong = found
    .filter(({ source }) => !(source in REVIEWED) && suspicionOf(source) !== undefined)
    .map(({ path, source }) => `${path}: /${source}/ has ${suspicionOf(source)}`);
  assert.deepEqual(wrong, []);
  for (const source of Object.keys(REVIEWED)) {
    assert.ok(found.some((each) => each.source === source), `/${source}/ is reviewed, but nobody uses it`);
  }
  for (const bad of ["x+$", "(a+)+b", "^a*a*b", "(?:[.,]|x)+$", "\\s+#"]) assert.ok(suspicionOf(bad), bad);
});

Deno.test("the time of every regular expression grows with its input", () => {
  const seen = new Set<string>();
  for (const { path, source, flags } of expressionsInSources()) {
    const expression = new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
    if (seen.size === seen.add(String(expression)).size) continue;
    const own = new Set(source.replace(/\\[a-zA-Z](?:\{[^}]*\})?/g, "").match(/[^\\()[\]{}|+*?^]/gu));
    for (const { name, text } of adversarialTexts([""], [...own])) {
      assertLinear(`${path}: ${expression} with ${name}`, (length) => text(length).replace(expression, "-"));
    }
  }
});

/** By module, a call of each function that takes foreign text; `undefined` if it takes none. */
const event = (
  text: string,
  tags = "",
) => ({ kind: "message", channel: "a", text, tags: splitTags(tags) } as const);
const SEARCH = searchOf('aa "a b" ab* 草 😂 ". ." :) c++ /(a|b)*c/');
const placesIn = (text: string) =>
  `25:${Array.from({ length: text.length / 8 }, (_, i) => `${i}-${i}`).join(",")}`;
const LISTED: Record<string, Record<string, ((text: string) => unknown) | undefined>> = {
  "components/words/badges": { badgesOf: (text) => badges.badgesOf({ badges: text, badgeInfo: text }) },
  "src/chat/channel_name": {
    isLogin: channelName.isLogin,
    parseChannelName: channelName.parseChannelName,
    parseChannelNames: channelName.parseChannelNames,
  },
  "src/chat/ids": { parseId: ids.parseId, firstIdAt: undefined, nextId: undefined, receivedAt: undefined },
  "src/search/text/literal": {
    findLiteral: (text) =>
      [":)", "a", ">:("].map((sign) => findLiteral({ text: sign, exactCase: true }, false, text, 0)),
    emoticonsIn,
    isSignedEmoticon,
  },
  "src/search/text/match": {
    findPattern: (text) => {
      for (const words of ["a b", "a", "a a a a a b", "草草草", "😂 😂 x", "1 1"]) {
        occurrences.findPattern({ pieces: terms.tokens(words), open: true }, text, 0);
      }
    },
    characterAt: undefined,
    characterBefore: undefined,
    isWord: undefined,
  },
  "src/chat/removed_text": {
    withoutRemovedText: (text) => withoutRemovedText({ ...event(text, text), id: 1, channelId: 1 }),
  },
  "src/chat/user_name": { parseUserName: parseUserName },
  "src/chat/uuid": { writeUuid: (text) => writeUuid(text, new Uint8Array(16), 0) },
  "src/search/evaluate": {
    textMatcher: (text) => evaluate.textMatcher(SEARCH)(text),
    patternOf: undefined,
    Subject: undefined,
    subjectTest: undefined,
    matcher: undefined,
    needsOnlyText: undefined,
  },
  "src/search/regex": {
    compileRegex: undefined,
    beginningTest: (text) =>
      regex.beginningTest({ is: "regex", source: text.slice(0, 500), ignoreCase: true })(
        new evaluate.Subject(text),
      ),
    regexProblem: (text) =>
      regex.regexProblem({ is: "regex", source: text.slice(0, 500), ignoreCase: false }),
  },
  "src/search/highlight": { highlighter: (text) => highlighter(SEARCH)(text) },
  "src/search/language/parse": {
    // What is longer is refused unread.
    parseSearchText: (text) => searchText.parseSearchText(text),
  },
  "src/search/keys": {
    wordsOf: (text) => wordsOf(terms.fold(text)),
    keysOf: undefined,
    rarest: undefined,
  },
  "src/search/text/tokens": {
    fold: terms.fold,
    foldWithOrigin: terms.foldWithOrigin,
    tokens: (text) => terms.tokens(terms.fold(text)),
    termsOf: (text) => terms.tokens(terms.fold(text)).map(terms.termsOf),
    indexTerms: terms.indexTerms,
    searchableText: (text) => terms.searchableText({ kind: "notice", text, tags: splitTags(text) }),
    inShortRuns: (text) => terms.inShortRuns(text, (run) => run.normalize("NFD")),
    isAscii: undefined,
    isWordCharacter: undefined,
    isTokenCharacter: undefined,
  },
  "src/parts/set_emotes": {
    placedEmotes: (text) => placedEmotes(text, 0, (word) => ({ ...EMOTE, name: word })),
    emoteFinder: undefined,
  },
  "src/parts/emote_pieces": {
    emotePieces: (text) => [emotePieces(text, text), emotePieces(text, placesIn(text))],
  },

  "components/words/notice_names": {
    sentencePieces: (text) => {
      const author = { login: "a", displayName: text, flags: "" };
      const named = `msg-param-login=${text.slice(0, text.length / 2)};msg-param-recipient-user-name=ab`;
      sentencePieces({ author, channel: "abc", tags: splitTags(`system-msg=${text};${named}`) });
    },
  },

  "src/parts/message_parts": {
    plainParts: (text) => parts.plainParts(text, [[0, 1], [5, text.length]]),
    emoteNames: (text) => parts.emoteNames(event(text, `emotes=${placesIn(text)}`)),
    messageParts: (text) => {
      parts.messageParts(event(text), Array.from({ length: text.length / 3 }, (_, i) => [3 * i, 3 * i + 1]));
      parts.messageParts(event(text, `emotes=${text}`));
      parts.messageParts(event(text, `emotes=${placesIn(text)}`));
      parts.messageParts(event(`@${text} x`, `reply-parent-user-login=a;reply-parent-display-name=${text}`));
    },
  },

  "src/irc/events/roomstate": {
    buildRoomstate: undefined,
    modesOf: (text) => modes.modesOf(splitTags(text)),
    changedModes: (text) => modes.changedModes(new Map(), modes.modesOf(splitTags(text))),
    formatModes: (text) => modes.formatModes(modes.modesOf(splitTags(text))),
  },

  "components/words/sentences": {
    noticeColor: (text) => sentences.noticeColor({ tags: splitTags(`msg-id=${text}`) }),
    moderationText: (text) =>
      sentences.moderationText({ kind: "timeout", tags: splitTags(`ban-duration=${text}`) }),
    removalBy: (text) => sentences.removalBy({ kind: "timeout", tags: splitTags(text) }),
    wordlessWords: (text) => sentences.wordlessWords({ tags: splitTags(text) }),
    stateWords: (text) => sentences.stateWords({ tags: splitTags(text) }),
    noticeWord: (text) => sentences.noticeWord({ tags: splitTags(text) }),
    lacksSubject: (text) =>
      sentences.lacksSubject({ author: { login: text, flags: "" }, tags: splitTags(`system-msg=${text}`) }),
    duration: undefined,
    removalWords: undefined,
  },

  "src/irc/syntax/tags": {
    unescapeTag: tags.unescapeTag,
    escapeTag: tags.escapeTag,
    parseTags: tags.parseTags,
    readTag: (text) => tags.readTag(splitTags(text), "emotes"),
    splitTags: tags.splitTags,
    numberInLine: (text) => tags.numberInLine(`@${text} x`, "emotes"),
  },
  "src/irc/events/privmsg": {
    buildPrivmsg: undefined,
    messageDetails: (text) => messageDetails({ tags: splitTags(text), roomId: 1 }),
    sharedSource: (text) => sharedSource({ tags: splitTags(text), roomId: 1 }),
    emoteRanges: (text) => emoteRanges(splitTags(text)),
    answeredMessage: (text) => answeredMessage({ tags: splitTags(text) }),
    sayOnlyEmotes: (text) => sayOnlyEmotes(splitTags(text)),
  },
  "src/irc/events/usernotice": {
    buildUsernotice: undefined,
    noticeDetails: (text) => noticeDetails({ tags: splitTags(text) }),
    noticeSentence: (text) => noticeSentence(splitTags(text)),
  },
};

const OTHERS: Record<string, (text: string) => unknown> = {
  "readLine, text": (text) => readLine(`@id=a;room-id=1;user-id=5 :a!a@a.tmi.twitch.tv PRIVMSG #a :${text}`),
  "readLine, tags": (text) => readLine(`@${text} :a!a@a.tmi.twitch.tv PRIVMSG #a :x`),
  "readLine, prefix and parameters": (text) => [readLine(`:${text} PRIVMSG #a :x`), readLine(text)],
  "formatEvent": (text) => {
    const reading = readLine(`@${text} :a!a@a.tmi.twitch.tv PRIVMSG #a :${text}`);
    if (reading.kind === "chat") formatEvent(reading.event);
  },
  "logWriter": (text) => {
    for (const format of LOG_FORMATS) {
      const write = logWriter(format, 1);
      write({
        id: 1,
        at: 1,
        channel: "a",
        line: `@${text} :a!a@a.tmi.twitch.tv PRIVMSG #a :\x01ACTION ${text}`,
      });
      write({
        id: 1,
        at: 1,
        channel: "a",
        line: `@system-msg=${text} :tmi.twitch.tv USERNOTICE #a :${text}`,
      });
      write({ id: 1, at: 1, channel: "a", line: `:${text} CLEARCHAT #a :${text}` });
      write({ id: 1, at: 1, channel: "a", line: text });
    }
  },
  "recentLines": (text) =>
    recentLines([
      { ...event(text, text), id: 64, channelId: 1 },
      { ...event(text, `ban-duration=${text}`), kind: "timeout", id: 65, channelId: 1 },
      { ...event(`@${text} HOSTTARGET #a :${text}`), kind: "raw", id: 66, channelId: 1 },
    ], { hidesModerated: false, hidesModeration: false, clearchatToNotice: true }),
  "substringCondition": (text) => substringCondition(text),
  "spanIn": (text) => {
    for (const from of [text, `2026-11-09T00:00:00.${text}`, `2026-11-09T00:00:00+${text}`]) {
      try {
        spanIn({ req: { query: (name: string) => name === "from" ? from : undefined } } as Context);
      } catch {
        // It is refused.
      }
    }
  },
  "LineSplitter, in small pieces": (text) => {
    const splitter = new LineSplitter();
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += 64) splitter.push(bytes.subarray(at, at + 64));
  },
  "readHistoryLine": (text) => readHistoryLine(`@rm-received-ts=1;${text} :a!a@a PRIVMSG #a :${text}`, "a"),
  "storedTags": (text) =>
    storedTags({ tags: splitTags(`~;room-id=${text}`), roomId: 1, author: undefined }, 2),
  "toTemplate and expand": (text) => expand(toTemplate(splitTags(text))),
  "shortenRanges and restoreRanges": (text) => {
    const words = text.split(" ");
    let at = 0;
    const ranges = words.map((word) => `25:${at}-${(at += word.length + 1) - 2}`);
    restoreRanges(shortenRanges(ranges.join("/"), text), text);
    restoreRanges(shortenRanges(text, text), text);
  },
  "restoreRanges of foreign values": (text) => restoreRanges("\x030/\x030/\x035", text),
  "names of users": (text) => [termsOfName(text, foldName(text)), nameExpression(foldName(text))],
  "parseEnvFile": (text) => [parseEnvFile(`A=${text}`), parseEnvFile(`A="${text}`), parseEnvFile(text)],
  "parseListenAddress": parseListenAddress,
  "isLoopbackName": isLoopbackName,
  "sseEvent": (data) => sseEvent({ data }),
  "tokens in an address": (text) =>
    tokenOf(requestWith(`http://x/?a=${encodeURI(text.toWellFormed())}%25&${text}`, {})),
  "tokens in headers": (text) => tokenOf(requestWith("http://x/", { Authorization: `Bearer sbk_${text}` })),
  "tokens in the log": (text) =>
    lineFormatter({ level: "info", format: "text", secrets: [] })(logRecord(text)),
  "parseName": parseName,
  "parseDays": parseDays,
  "OptOutFilter": (text) => {
    const filter = new OptOutFilter({ identified: () => {}, channelFound: () => {} });
    filter.replace(new OptOutList([{ kind: "user", login: "ann", at: 0, stored: "hidden" }]));
    const tags = splitTags(`reply-parent-user-login=ann;reply-parent-msg-body=${text};${text}`);
    filter.admit({ kind: "message", channel: text, author: { login: text, flags: "" }, text, tags });
  },
};

/** A request as far as tokens are read from it. */
function requestWith(url: string, headers: Record<string, string>) {
  return { req: { url, header: (name: string) => headers[name] } } as unknown as Context;
}

function logRecord(text: string): LogRecord {
  return {
    category: ["scrollback", "http"],
    level: "info",
    message: [`GET ${text}sbk_${text}`],
    rawMessage: "",
    timestamp: 0,
    properties: {},
  };
}

/** Folders whose functions process foreign text. */
const FOLDERS = ["components/words", "src/chat"];
/** These work on times, errors, types and ids, not on text. */
const WITHOUT_TEXT = [
  "src/chat/coverage",
  "src/chat/earliest",
  "src/chat/errors",
  "src/chat/events",
  "src/chat/place",
  "src/chat/set_emotes",
];

Deno.test("every function that processes foreign text is listed in this test", async () => {
  const inFolders = FOLDERS.flatMap((folder) =>
    [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => `${folder}/${name.replace(".ts", "")}`)
  ).filter((module) => !WITHOUT_TEXT.includes(module));
  for (const path of new Set([...inFolders, ...Object.keys(LISTED)])) {
    const module = await import(new URL(`${path}.ts`, root).href);
    const functions = Object.entries(module).flatMap(([key, value]) =>
      typeof value === "function" ? [key] : []
    );
    assert.deepEqual(Object.keys(LISTED[path] ?? {}).sort(), functions.sort(), `${path}: list it in LISTED`);
  }
});

for (const functions of Object.values(LISTED)) {
  for (const [name, run] of Object.entries(functions)) if (run) check(name, run, name === "messageParts");
}
for (const [name, run] of Object.entries(OTHERS)) check(name, run);

function check(name: string, run: (text: string) => unknown, addresses = false): void {
  Deno.test(`the time of ${name} grows with the length of the text`, () => {
    for (const { name, text } of adversarialTexts(["", "a", ...(addresses ? ADDRESSES : [])])) {
      assertLinear(name, (length) => run(text(length)));
    }
  });
}
