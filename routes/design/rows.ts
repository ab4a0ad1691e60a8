/** The rows on the page of all parts. */
import { type HighlightRule, MARK_COLORS } from "../../src/archive/saved/highlight_rule.ts";
import type { ChatEvent, StoredEvent } from "../../src/chat/events.ts";
import { firstIdAt } from "../../src/chat/ids.ts";

/** All parts are of this moment, so that pictures of the page are the same. */
export const NOW = Date.UTC(2026, 10, 27, 20, 12);

/** A gap among the events. */
export const GAPS = [{
  from: NOW - 90_000,
  to: NOW - 45_000,
  reason: "stopped" as const,
  onPurpose: false,
  state: "missing" as const,
  fills: [],
}];

const AUTHOR = { userId: 1, login: "ann", displayName: "Ann", color: "#1E90FF", flags: "" };

function event(ageS: number, more: Partial<ChatEvent & StoredEvent>): StoredEvent {
  return {
    id: firstIdAt(NOW - ageS * 1_000),
    channelId: 1,
    userId: 1,
    kind: "message",
    channel: "lake",
    author: AUTHOR,
    text: "we should start a support group",
    tags: [],
    ...more,
  };
}

/** Events of every kind, by ascending id. */
export const EVENTS: StoredEvent[] = [
  event(100, {}),
  event(99, { author: { ...AUTHOR, badges: "broadcaster/1,subscriber/12", badgeInfo: "subscriber/14" } }),
  event(98, {
    author: { ...AUTHOR, badges: "moderator/1,vip/1,founder/0", color: "#FFFF00" },
    text: "@ben look",
  }),
  event(97.5, {
    author: {
      ...AUTHOR,
      badges: "staff/1,partner/1,premium/1,turbo/1,bits/100,sub-gifter/50,bot/1,artist-badge/1",
    },
    text: "every badge has its picture",
  }),
  event(97, {
    author: { ...AUTHOR, color: "#000080" },
    tags: ["first-msg=1"],
    text: "hello, first time here",
  }),
  event(96.5, {
    text: "look wideBoat rainTime catJAM",
    setEmotes: [
      { from: 5, to: 13, emote: { service: "7tv", id: "a", name: "wideBoat", isOverlay: false, ratio: 3 } },
      { from: 14, to: 22, emote: { service: "7tv", id: "b", name: "rainTime", isOverlay: true, ratio: 1 } },
      { from: 23, to: 29, emote: { service: "bttv", id: "c", name: "catJAM", isOverlay: false, ratio: 1 } },
    ],
  }),
  event(96, { kind: "action", text: "hides behind the crates" }),
  event(95, { tags: ["bits=100"], text: "have some bits https://example.org/a" }),
  event(94, {
    removed: { by: firstIdAt(NOW - 90_000), kind: "deletion" },
    text: "Achtung: the lantern was the key",
  }),
  event(93, {
    text: "@ann only in version 1.0",
    tags: [
      "reply-parent-display-name=Ann",
      "reply-parent-msg-body=skip\\sthe\\sfisherman",
      "reply-parent-msg-id=11111111-2222-4333-8444-555555555555",
      "reply-parent-user-login=ann",
    ],
  }),
  event(44, {
    kind: "notice",
    text: "another month at the docks!",
    tags: ["msg-id=resub", "system-msg=Ann\\ssubscribed\\sat\\sTier\\s1."],
  }),
  event(43, {
    kind: "notice",
    text: "",
    tags: ["msg-id=raid", "system-msg=857\\sraiders\\sfrom\\sBen\\shave\\sjoined!"],
  }),
  event(42, { kind: "notice", text: "the rules are pinned", tags: ["msg-id=announcement"] }),
  event(41, { kind: "timeout", text: "", tags: ["ban-duration=600"] }),
  event(40, { kind: "ban", text: "" }),
  event(39, { kind: "clear", text: "", author: undefined }),
  event(38, { kind: "state", text: "", author: undefined, tags: ["slow=30"], changed: ["slow"] }),
];

/** A row of each colour of marks, and a notice with one. */
export const MARKED: StoredEvent[] = [
  ...MARK_COLORS.map((color, i) => event(30 - i, { text: `marked in ${color}, @ben` })),
  event(20, {
    kind: "notice",
    text: "marked in green",
    tags: ["msg-id=resub", "system-msg=Ann\\ssubscribed\\sat\\sTier\\s1."],
  }),
];

/** The rule that marks an event of {@link MARKED}. */
export function markOf({ text }: StoredEvent): HighlightRule | undefined {
  const color = MARK_COLORS.find((each) => text.startsWith(`marked in ${each}`));
  return color && { search: color, color, sound: false };
}
