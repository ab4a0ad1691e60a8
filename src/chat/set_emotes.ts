/** Emotes of other services than Twitch. Viewers write their names as words; each channel has its own sets. */

/** The services. Of emotes with the same name, those of the first service here are shown. */
export const EMOTE_SERVICES = ["ffz", "bttv", "7tv"] as const;
/** FrankerFaceZ, BetterTTV or 7TV. */
export type EmoteService = typeof EMOTE_SERVICES[number];

/** An emote in a set of a channel, or in a global set. */
export interface SetEmote {
  /** Whose emote it is. */
  service: EmoteService;
  /** The service's id: letters, digits, `_` and `-`. */
  id: string;
  /** The word that is the emote: 1 to 100 characters without white space. */
  name: string;
  /** Whether it is shown upon the emote before it ("zero-width"). */
  isOverlay: boolean;
  /** The width of its picture relative to the height, 0.25 to 4. */
  ratio: number;
}

/** An emote and when it was in the set. */
export interface DatedEmote extends SetEmote {
  /** From when on, epoch milliseconds, included; 0 = as far back as is known. */
  from: number;
  /** Until when, excluded; missing if it is still there. */
  until?: number;
}

/** A word of a text that is an emote. */
export interface PlacedEmote {
  /** The UTF-16 offset of its first character. */
  from: number;
  /** The UTF-16 offset after its last character. */
  to: number;
  /** What it is. */
  emote: SetEmote;
}
