/** Sets of emotes of other services, and pictures of emotes. */
import type { DatedEmote, EmoteService, SetEmote } from "../chat/set_emotes.ts";

/** A set as its service answered. */
export interface CheckedSet {
  /** Missing = the global sets of the service. */
  channelId?: number;
  /** Whose set it is. */
  service: EmoteService;
  /** Each name once. `addedAt` is when the emote was added, if the service says so. */
  emotes: readonly (SetEmote & { addedAt?: number })[];
  /** When it answered, epoch milliseconds. */
  at: number;
}

/** A picture of an emote. */
export interface StoredPicture {
  /** A media type of pictures. */
  type: string;
  /** The file. */
  bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes, in hexadecimal digits. */
  hash: string;
}

/** A picture to store. */
export interface NewPicture extends StoredPicture {
  /** The address under which it is found. */
  name: string;
  /** Epoch milliseconds. */
  at: number;
  /** If all pictures have more bytes, those are deleted that were not requested for the longest time. */
  maxBytes: number;
  /** Names of other pictures that were requested lately. */
  used: readonly string[];
}

/** A change of the stored emotes. */
export type EmoteChange =
  /**
   * Stores which emotes are in a set now. Emotes that were not in the last check are valid from that check on, or
   * from the time at which the service says that they were added. Emotes of the first check are valid from that time,
   * or else without a known beginning. Emotes that are missing now were valid until now.
   */
  | { kind: "store emote set"; set: CheckedSet }
  /** Replaces a picture of the same name. */
  | { kind: "store picture"; picture: NewPicture };

/** The writer's method for emotes. */
export interface EmoteWriter {
  /** Number of emotes that a set has now. */
  emoteSetSize(channelId: number | undefined, service: EmoteService): number;
}

/** The reader's methods for emotes. */
export interface EmoteReader {
  /** Every emote that a channel's own sets, or without a channel the global sets, have or had, newest first. */
  setEmotes(channelId: number | undefined): Promise<DatedEmote[]>;
  /** The picture with this name. */
  picture(name: string): Promise<StoredPicture | undefined>;
}
