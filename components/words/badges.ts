/** A user's badges in words. Twitch's pictures of badges would need a key to its web API. */
import type { Author } from "../../src/chat/events.ts";

export interface Badge {
  /** Twitch's name of the set: `subscriber`. */
  set: string;
  /** A few letters, for a chip. */
  short: string;
  title: string;
  /** Whether the set is one of Twitch's own; there are hundreds of others. */
  isKnown: boolean;
}

/** A map, because Twitch may name a set anything, even `constructor`. */
const WORDS = new Map<string, readonly [short: string, title: string]>(Object.entries({
  broadcaster: ["Host", "Broadcaster"],
  moderator: ["Mod", "Moderator"],
  lead_moderator: ["Mod", "Lead moderator"],
  vip: ["VIP", "VIP"],
  staff: ["Staff", "Twitch staff"],
  admin: ["Admin", "Twitch admin"],
  global_mod: ["GMod", "Global moderator"],
  partner: ["✓", "Partner: verified"],
  "artist-badge": ["Artist", "Artist"],
  founder: ["Founder", "Founder: among the first subscribers"],
  subscriber: ["Sub", "Subscriber"],
  premium: ["Prime", "Prime Gaming"],
  turbo: ["Turbo", "Turbo"],
  bits: ["Bits", "Cheered bits"],
  "bits-leader": ["Bits", "Among the top cheerers"],
  "sub-gifter": ["Gifts", "Gifted subscriptions"],
  "sub-gift-leader": ["Gifts", "Among the top gifters"],
  bot: ["Bot", "Bot"],
  "bot-badge": ["Bot", "Bot"],
}));

/** Maximum badges shown. Twitch sends three or four. */
const MAX_BADGES = 10;

/** The badges in the order in which Twitch sent them. */
export function badgesOf(author: Pick<Author, "badges" | "badgeInfo">): Badge[] {
  const info = new Map(pairs(author.badgeInfo));
  const badges: Badge[] = [];
  for (const [set, version] of pairs(author.badges)) {
    const words = WORDS.get(set);
    const [short, title] = words ?? ["•", set.replaceAll(/[-_]+/g, " ")];
    if (badges.length === MAX_BADGES) break;
    badges.push({
      set,
      isKnown: words !== undefined,
      ...withCount(set, version, info.get(set), short, title),
    });
  }
  return badges;
}

function withCount(set: string, version: string, exact: string | undefined, short: string, title: string) {
  if (set === "subscriber" || set === "founder") {
    // badge-info has the months; the badge's own version (3012) only its picture: tier × 1000 + a step.
    const months = Number(exact ?? Number(version) % 1000);
    const tier = Number(version) >= 3000 ? 3 : Number(version) >= 2000 ? 2 : 1;
    if (!Number.isSafeInteger(months) || months <= 0) return { short, title };
    const counted = `${title}, ${months} ${months === 1 ? "month" : "months"}${
      tier > 1 ? `, tier ${tier}` : ""
    }`;
    return { short: `${short} ${months}`, title: counted };
  }
  if (set === "bits" || set === "sub-gifter") {
    const count = Number(version);
    if (count > 1) return { short: `${short} ${compact(count)}`, title: `${title}: ${count} or more` };
  }
  return { short, title };
}

function pairs(list: string | undefined): [string, string][] {
  return (list ?? "").split(",").filter((pair) => pair !== "").map((pair) => {
    const slash = pair.indexOf("/");
    return slash < 0 ? [pair, ""] : [pair.slice(0, slash), pair.slice(slash + 1)];
  });
}

function compact(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000}M` : count >= 1000 ? `${count / 1000}k` : String(count);
}
