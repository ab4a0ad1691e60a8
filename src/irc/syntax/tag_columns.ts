/** Splits a tag section, in one pass, into tags that have a column in the archive and the rest. */

/** The unchanged (escaped) values; `undefined` if the tag is missing. */
export interface TagColumns {
  badgeInfo?: string;
  badges?: string;
  banDuration?: string;
  color?: string;
  displayName?: string;
  id?: string;
  login?: string;
  mod?: string;
  roomId?: string;
  sentAt?: string;
  subscriber?: string;
  targetMsgId?: string;
  targetUserId?: string;
  turbo?: string;
  userId?: string;
  userType?: string;
  vip?: string;
  /** All other tags, as `key=value`. */
  rest: string[];
  /** Whether `rest` is sorted. */
  sorted: boolean;
}

type Column = Exclude<keyof TagColumns, "rest" | "sorted">;

/**
 * Reads a tag section. A repeated key keeps its last value, a key without `=` gets one (with the same meaning), and empty
 * pairs are dropped. `undefined` if a key is empty or looks like a mark.
 */
export function readTagColumns(section: string): TagColumns | undefined {
  return scan(section) ?? scan(tidied(section));
}

/** The fast path. Returns `undefined` unless the section is a list of `key=value` with different keys. */
function scan(section: string): TagColumns | undefined {
  const columns: TagColumns = {
    badgeInfo: undefined,
    badges: undefined,
    banDuration: undefined,
    color: undefined,
    displayName: undefined,
    id: undefined,
    login: undefined,
    mod: undefined,
    roomId: undefined,
    sentAt: undefined,
    subscriber: undefined,
    targetMsgId: undefined,
    targetUserId: undefined,
    turbo: undefined,
    userId: undefined,
    userType: undefined,
    vip: undefined,
    rest: [],
    sorted: true,
  };
  const rest = columns.rest;
  let last = "";
  for (let at = 0, end = 0; at < section.length; at = end + 1) {
    end = section.indexOf(";", at);
    if (end < 0) end = section.length;
    const eq = section.indexOf("=", at);
    if (eq <= at || eq > end) return undefined;
    const column = columnOf(section.slice(at, eq));
    if (column === undefined) {
      const first = section.charCodeAt(at);
      if (first === 45 || first === 58) return undefined;
      const pair = section.slice(at, end);
      if (pair <= last) columns.sorted = false;
      rest.push(last = pair);
    } else {
      if (columns[column] !== undefined) return undefined;
      columns[column] = section.slice(eq + 1, end);
    }
  }
  if (!columns.sorted) sortRest(columns);
  for (let i = 1; i < rest.length; i++) if (haveSameKey(rest[i - 1]!, rest[i]!)) return undefined;
  return columns;
}

/** Sorts `rest`: Twitch has sent tags in random order since 2024. */
export function sortRest(columns: TagColumns): void {
  columns.rest.sort();
  columns.sorted = true;
}

/** The column of a key. Switches by length first, because comparing with every key would take most of the time. */
function columnOf(key: string): Column | undefined {
  switch (key.length) {
    case 2:
      return key === "id" ? "id" : undefined;
    case 3:
      return key === "mod" ? "mod" : key === "vip" ? "vip" : undefined;
    case 5:
      return key === "color" ? "color" : key === "login" ? "login" : key === "turbo" ? "turbo" : undefined;
    case 6:
      return key === "badges" ? "badges" : undefined;
    case 7:
      return key === "user-id" ? "userId" : key === "room-id" ? "roomId" : undefined;
    case 9:
      return key === "user-type" ? "userType" : undefined;
    case 10:
      return key === "subscriber" ? "subscriber" : key === "badge-info" ? "badgeInfo" : undefined;
    case 11:
      return key === "tmi-sent-ts" ? "sentAt" : undefined;
    case 12:
      return key === "display-name" ? "displayName" : key === "ban-duration" ? "banDuration" : undefined;
    case 13:
      return key === "target-msg-id" ? "targetMsgId" : undefined;
    case 14:
      return key === "target-user-id" ? "targetUserId" : undefined;
    default:
      return undefined;
  }
}

function haveSameKey(a: string, b: string): boolean {
  for (let i = 0;; i++) {
    const code = a.charCodeAt(i);
    if (code !== b.charCodeAt(i)) return false;
    if (code === 61) return true;
  }
}

/** The section with every key once and with `=`. */
function tidied(section: string): string {
  const pairs = new Map<string, string>();
  for (const pair of section.split(";")) {
    if (pair === "") continue;
    const eq = pair.indexOf("=");
    if (eq < 0) pairs.set(pair, `${pair}=`);
    else pairs.set(pair.slice(0, eq), pair);
  }
  return [...pairs.values()].join(";");
}
