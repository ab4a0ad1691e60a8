/** Users in an archive. */

/** A Twitch user in the archive. */
export interface User {
  /** Twitch's id, or a negative number if only the login is known. */
  id: number;
  /** The last login that was seen. */
  login: string;
  /** The last display name that was seen. */
  displayName: string;
  /** Number of messages, actions and notices, a few seconds old at most. */
  messages: number;
  /** Time of the first one. */
  firstAt?: number;
  /** Time of the last one. */
  lastAt?: number;
}

/** A login of a user, and the time in which it was seen. */
export interface NameSpan {
  /** The login. */
  login: string;
  /** When it was seen first. */
  firstAt: number;
  /** When it was seen last. */
  lastAt: number;
}

/** A channel in which a user wrote. */
export interface UserChannel {
  /** The archive's id of the channel. */
  channelId: number;
  /** The channel's present login. */
  login: string;
  /** Number of the user's messages there. */
  messages: number;
}

/** Maximum number of channels in a profile. */
export const MAX_PROFILE_CHANNELS = 100;

/** A user with former names and channels. */
export interface UserProfile extends User {
  /** All logins, newest first, with the present one. */
  names: NameSpan[];
  /** At most {@link MAX_PROFILE_CHANNELS}, most messages first. */
  channels: UserChannel[];
  /** The last colour that the user chose. */
  color?: string;
}
