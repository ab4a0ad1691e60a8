/** A chat's modes (emote-only, slow, …). A ROOMSTATE contains all of them at a join, and later only changes. */

/** Tags of a ROOMSTATE that are no modes. */
const NO_MODES = new Set(["room-id", "tmi-sent-ts", "id"]);

/** The form of a tag's key. Marks of `irc/marks.ts` never have it. */
const KEY = /^[A-Za-z0-9][\w./-]*$/;

/** Unchanged values by key. */
export type Modes = Map<string, string>;

/** The modes in a tag section, which may contain marks. */
export function modesOf(section: string): Modes {
  const modes: Modes = new Map();
  for (const pair of section.split(";")) {
    const eq = pair.indexOf("=");
    const key = pair.slice(0, eq);
    if (KEY.test(key) && !NO_MODES.has(key)) modes.set(key, pair.slice(eq + 1));
  }
  return modes;
}

/** The keys whose values differ from the previous ones. */
export function changedModes(before: Modes, now: Modes): string[] {
  return [...now].filter(([key, value]) => before.get(key) !== value).map(([key]) => key);
}

/** The modes as a sorted tag section. */
export function formatModes(modes: Modes): string {
  return [...modes].map(([key, value]) => `${key}=${value}`).sort().join(";");
}
