/** The people of the demo: the cast, and newcomers. */
import { COLORS } from "./cast.ts";
import type { Random } from "./random.ts";
import { inventedRoomId } from "../server/rules.ts";

export interface Person {
  login: string;
  displayName: string;
  userId: number;
  color: string;
  badges: string;
  badgeInfo: string;
  mod: boolean;
  vip: boolean;
  subscriber: boolean;
}

const NEW_FIRST = [
  "sleepy",
  "cosmic",
  "paper",
  "velvet",
  "turbo",
  "misty",
  "copper",
  "lucky",
  "pocket",
  "silent",
];
const NEW_LAST = [
  "otter",
  "teapot",
  "comet",
  "pickle",
  "badger",
  "violin",
  "walrus",
  "biscuit",
  "sparrow",
  "moth",
];

/** A person who writes for the first time. */
export function newcomerOf(random: Random): Person {
  const login = `${random.pick(NEW_FIRST)}_${random.pick(NEW_LAST)}${random.int(2, 99)}`;
  return personOf(login, 9, random);
}

/** An entry of the cast (`login=Display Name`) at its position in the list, which decides the role. */
export function personOf(entry: string, place: number, random: Random): Person {
  const [login = "", displayName = login] = entry.split("=");
  const months = random.int(1, 40);
  const subscriber = place < 6 && random.chance(0.8);
  const badges: string[] = [];
  if (place < 2) badges.push("moderator/1");
  if (place === 2) badges.push("vip/1");
  if (subscriber) badges.push(`subscriber/${months >= 12 ? 12 : months >= 6 ? 6 : months >= 3 ? 3 : 0}`);
  if (place === 4) badges.push("premium/1");
  if (place === 5) badges.push("bits/100");
  return {
    login,
    displayName,
    userId: inventedRoomId(`@${login}`),
    color: random.pick(COLORS),
    badges: badges.join(","),
    badgeInfo: subscriber ? `subscriber/${months}` : "",
    mod: place < 2,
    vip: place === 2,
    subscriber,
  };
}

/** The tags of a person's messages that describe the author. */
export function personTags(person: Person): Record<string, string | number> {
  return {
    "badge-info": person.badgeInfo,
    badges: person.badges,
    color: person.color,
    "display-name": person.displayName,
    flags: "",
    mod: person.mod ? 1 : 0,
    subscriber: person.subscriber ? 1 : 0,
    turbo: 0,
    "user-id": person.userId,
    "user-type": person.mod ? "mod" : "",
    ...(person.vip ? { vip: 1 } : {}),
  };
}
