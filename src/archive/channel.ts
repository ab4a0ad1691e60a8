/** A channel in an archive. */
import type { Retention } from "./maintenance.ts";

/** A Twitch channel in the archive. */
export interface Channel {
  /** The archive's own number of the channel, from 1. */
  id: number;
  /** The present login. */
  login: string;
  /** Twitch's id, known after the first line that has it. */
  twitchId?: number;
  /** Whether it shall be recorded. */
  enabled: boolean;
  /** Whether it was removed from the list without its messages. */
  hidden: boolean;
  /** Whether it is being deleted with its messages. */
  deleting: boolean;
  /** When it was added. */
  createdAt: number;
  /** Number of events of every kind, a few seconds old at most. */
  messages: number;
  /** Time of the first event. */
  firstAt?: number;
  /** Time of the last event. */
  lastAt?: number;
  /** Former logins, newest first. */
  earlierLogins: string[];
  /** Limits of retention; missing if all messages are kept. */
  retention?: Retention;
}
