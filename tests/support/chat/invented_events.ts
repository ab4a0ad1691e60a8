/** Invented chat with every kind of event. */
import type { ChatEvent } from "../../../src/chat/events.ts";
import { escapeTag, splitTags } from "../../../src/irc/syntax/tags.ts";

type Person = NonNullable<ChatEvent["author"]>;

const PEOPLE: readonly Person[] = [
  person(101, "harborlight", "HarborLight", "#1E90FF", "broadcaster/1,subscriber/3012", "subscriber/38"),
  person(102, "mossgarden", "MossGarden", "#00FF7F", "moderator/1,subscriber/12,partner/1", "subscriber/14"),
  person(103, "quietkettle", "quietkettle", "#FFFF00", "vip/1,premium/1"),
  person(104, "yukino_san", "ゆきのさん", "#FF69B4", "subscriber/6", "subscriber/7"),
  person(105, "kimchi_jjigae", "김치찌개", "", "founder/0,sub-gifter/50", "founder/22"),
  person(106, "oldlantern", "OldLantern", "#000080", "bits/1000"),
  person(107, "paperfox", "PaperFox", "#FF0000"),
  person(108, "velvetmoss", "VelvetMoss", "#8A2BE2", "turbo/1"),
  person(109, "tinycomet", "tinycomet", undefined),
  person(110, "brasskey", "BrassKey", "#DAA520", "subscriber/24,glhf-pledge/1", "subscriber/26"),
];

const LINES = [
  "that jump was cleaner than the speedrun",
  "chat, did anyone see where the key went?",
  "Kappa sure thing Kappa",
  "草草草 それは無理でしょ",
  "ㅋㅋㅋㅋㅋ 진짜 웃기다",
  "what is the song? it sounds like something from an old train station at night",
  "https://example.org/maps/level-7?view=all#start has the whole map.",
  "😂😂 the cat again",
  "gg wp everyone",
  "@MossGarden can you pin the rules again? two new people asked about the bot within the last five minutes",
  "LUL",
  "he missed the bridge, he missed the second bridge, and now he is going to walk all the way back around the lake " +
  "because he sold the horse an hour ago 😭",
  "¿alguien sabe cuándo termina el torneo?",
  "good game, that last round was close",
  "I was here before the hat",
];

/** Returns the nth event of an invented chat. 100 events include every kind. */
export function inventedEvent(n: number, channel: string): ChatEvent {
  const author = PEOPLE[(n * 7 + (n >> 3)) % PEOPLE.length]!;
  const text = LINES[(n * 5 + (n >> 4)) % LINES.length]!;
  const roomId = PEOPLE.find(({ login }) => login === channel)?.userId ?? 9000;
  const base = { channel, roomId, uuid: uuid(n), author, text, tags: emotes(text) };
  const moderated = { channel, roomId, author: bare(PEOPLE[6]!), text: "", tags: [] };
  switch (n % 50) {
    case 7:
      return { ...base, kind: "action", text: "waves at the new people", tags: [] };
    case 11:
      return {
        ...base,
        kind: "notice",
        text: "Three years of boats!",
        tags: notice(
          "resub",
          `${author.displayName} subscribed at Tier 1. They've subscribed for 38 months!`,
        ),
      };
    case 14:
      return {
        ...base,
        kind: "message",
        text: "@PaperFox behind the waterfall, same as last time",
        tags: splitTags(
          `reply-parent-display-name=PaperFox;reply-parent-msg-body=${
            escapeTag("chat, did anyone see where the key went?")
          };reply-parent-msg-id=${uuid(n - 3)};reply-parent-user-login=paperfox`,
        ),
      };
    case 19:
      return {
        ...base,
        kind: "notice",
        text: "",
        tags: notice("raid", "420 raiders from OldLantern have joined!"),
      };
    case 23:
      return { ...moderated, kind: "timeout", tags: ["ban-duration=600"] };
    case 27:
      return {
        ...base,
        kind: "notice",
        text: "Community night starts in ten minutes. Bring a hat.",
        tags: notice("announcement", "", "msg-param-color=ORANGE"),
      };
    case 31:
      return { ...moderated, kind: "deletion", uuid: uuid(n - 1), text: "buy followers at the other place" };
    case 36:
      return { ...moderated, kind: "state", author: undefined, tags: ["followers-only=10", "slow=30"] };
    case 39:
      return { ...base, kind: "message", text: "take my bits Cheer100", tags: ["bits=100"] };
    case 43:
      return {
        ...base,
        kind: "message",
        text: "hello everyone, found this by accident",
        tags: ["first-msg=1"],
      };
    case 46:
      return { ...moderated, kind: "ban", author: bare(PEOPLE[7]!) };
    case 48:
      return {
        ...base,
        kind: "server",
        author: undefined,
        text: "This room is now in slow mode. You may send messages every 30 seconds.",
        tags: ["msg-id=slow_on"],
      };
    case 49:
      return {
        ...base,
        kind: "notice",
        text: "",
        tags: notice("submysterygift", "김치찌개 is gifting 5 Tier 1 Subs to the community!"),
      };
    default:
      return { ...base, kind: "message" };
  }
}

function person(
  userId: number,
  login: string,
  displayName: string,
  color: string | undefined,
  badges = "",
  badgeInfo = "",
): Person {
  return { userId, login, displayName, color, badges, badgeInfo, flags: "" };
}

function bare({ userId, login }: Person): Person {
  return { userId, login, flags: "" };
}

function notice(id: string, words: string, ...more: string[]): string[] {
  return [`msg-id=${id}`, ...more, `system-msg=${escapeTag(words)}`];
}

function emotes(text: string): string[] {
  const found: string[] = [];
  for (const [code, id] of [["Kappa", "25"], ["LUL", "425618"]] as const) {
    const ranges = [...text.matchAll(new RegExp(code, "g"))].map(({ index }) => {
      const from = [...text.slice(0, index)].length;
      return `${from}-${from + code.length - 1}`;
    });
    if (ranges.length > 0) found.push(`${id}:${ranges.join(",")}`);
  }
  return found.length > 0 ? [`emotes=${found.join("/")}`] : [];
}

function uuid(n: number): string {
  return `5c2ab1de-0000-4000-8000-${String(n).padStart(12, "0")}`;
}
