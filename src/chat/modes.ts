/** A chat's modes (emote-only, slow, …) as a ROOMSTATE tells them: all of them at a join, later only what changed. */

/** Tags of a ROOMSTATE that say nothing about the chat's modes. */
const NO_MODES = new Set(["room-id", "tmi-sent-ts", "id"]);

/** What a key of a tag looks like; marks of `irc/marks.ts` do not. */
const KEY = /^[A-Za-z0-9][\w./-]*$/;

/** By key, values as they came. */
export type Modes = Map<string, string>;

/** The modes in a tag section, also in that of an event. */
export function modesOf(section: string): Modes {
  const modes: Modes = new Map();
  for (const pair of section.split(";")) {
    const eq = pair.indexOf("=");
    const key = pair.slice(0, eq);
    if (KEY.test(key) && !NO_MODES.has(key)) modes.set(key, pair.slice(eq + 1));
  }
  return modes;
}

/** The keys whose values differ from those before. */
export function changedModes(before: Modes, now: Modes): string[] {
  return [...now].filter(([key, value]) => before.get(key) !== value).map(([key]) => key);
}

/** As a sorted tag section. */
export function formatModes(modes: Modes): string {
  return [...modes].map(([key, value]) => `${key}=${value}`).sort().join(";");
}
