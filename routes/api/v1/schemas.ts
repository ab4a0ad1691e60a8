/** The schemas of the interface's answers. Times are RFC 3339 in UTC with milliseconds. */
import { z } from "@hono/zod-openapi";
import { KINDS } from "../../../src/chat/events.ts";
import { EMOTE_SERVICES } from "../../../src/chat/set_emotes.ts";

const time = z.iso.datetime().openapi({ example: "2026-03-24T20:15:00.000Z" });
const count = z.int().min(0);
const messageId = z.int().openapi({
  description: "The archive's id: ids rise with the time of receipt, and never change.",
});
const userId = z.int().openapi({
  description: "Twitch's id of the user; negative if the archive knows only the login.",
});

export const Message = z.object({
  id: messageId,
  time: time.openapi({ description: "When it was received." }),
  sent_at: time.optional().openapi({ description: "When Twitch sent it, if Twitch said so." }),
  kind: z.enum(KINDS).openapi({
    description:
      "`message` and `action` (/me) are chat, `notice` a sub, raid or announcement, `timeout`, `ban`, `deletion` and " +
      "`clear` moderation, `server` a notice by Twitch, `state` a change of the chat's modes.",
  }),
  channel: z.string(),
  channel_id: z.int().openapi({ description: "The archive's id of the channel." }),
  login: z.string().optional().openapi({ description: "Who wrote it, or whom it affects." }),
  name: z.string().optional().openapi({ description: "Their display name." }),
  user_id: userId.optional(),
  color: z.string().optional(),
  badges: z.string().optional().openapi({ example: "moderator/1,subscriber/12" }),
  text: z.string().openapi({
    description: "What was written; of a notice, with Twitch's sentence before it.",
  }),
  message_id: z.string().optional().openapi({ description: "Twitch's id of the message." }),
  bits: z.int().optional(),
  reply_to: z.object({
    message_id: z.string().optional(),
    login: z.string(),
    name: z.string(),
    text: z.string(),
  }).optional().openapi({ description: "The message that it answers." }),
  emotes: z.array(z.object({
    name: z.string(),
    service: z.enum(["twitch", ...EMOTE_SERVICES]),
    id: z.string(),
    from: count,
    to: count,
  })).optional().openapi({
    description: "The emotes in what was written, with UTF-16 offsets; `to` is excluded.",
  }),
  removed: z.object({
    kind: z.enum(["timeout", "ban", "deletion"]),
    by: messageId.openapi({ description: "The event that removed it." }),
    after_ms: count,
    duration_s: z.int().optional(),
  }).optional().openapi({ description: "How a moderator removed it." }),
  duration_s: z.int().optional().openapi({ description: "Of a timeout: its length." }),
  filled_from: z.string().optional().openapi({
    description: "If it was not received live: the host of the history service.",
  }),
}).openapi("Message");

export const Messages = z.object({
  messages: z.array(Message),
  older: messageId.nullable().openapi({
    description: "`before_id` of the next older page; null if there is none.",
  }),
  newer: messageId.nullable().openapi({
    description: "`after_id` of the next newer page; null if there is none.",
  }),
  searched_to: time.optional().openapi({
    description:
      "Set if the time for the request ended: nothing beyond this moment was searched. Continue with `older` or `newer`.",
  }),
}).openapi("Messages");

export const Channel = z.object({
  id: z.int(),
  login: z.string(),
  twitch_id: z.int().optional(),
  earlier_logins: z.array(z.string()),
  enabled: z.boolean().openapi({ description: "Whether it shall be recorded." }),
  state: z.enum(["joined", "joining", "refused", "disabled", "deleting"]),
  reason: z.string().optional().openapi({ description: "Why it cannot be joined." }),
  events: count.openapi({ description: "Number of events of every kind." }),
  per_minute: count.openapi({ description: "Events in the last 60 seconds." }),
  first_at: time.optional(),
  last_at: time.optional(),
}).openapi("Channel");

export const Channels = z.object({ channels: z.array(Channel) }).openapi("Channels");

const UserFields = {
  id: userId,
  login: z.string(),
  name: z.string(),
  messages: count,
  first_at: time.optional(),
  last_at: time.optional(),
};
export const User = z.object(UserFields).openapi("User");
export const Users = z.object({ users: z.array(User) }).openapi("Users");
export const UserProfile = z.object({
  ...UserFields,
  color: z.string().optional(),
  names: z.array(z.object({ login: z.string(), first_at: time, last_at: time })).openapi({
    description: "Every login, newest first.",
  }),
  channels: z.array(z.object({ id: z.int(), login: z.string(), messages: count })).openapi({
    description: "At most 100, most messages first.",
  }),
}).openapi("UserProfile");

export const Count = z.object({
  messages: count.openapi({ description: "An estimate if `estimate` is there." }),
  estimate: z.object({ low: count, high: count }).optional().openapi({
    description: "Bounds with a confidence of 95 %.",
  }),
  counted_to: time.optional().openapi({
    description: "Set if the time ended: older messages are not counted. Continue with `before_id`.",
  }),
  before_id: messageId.optional(),
}).openapi("Count");

export const Histogram = z.object({
  messages: count,
  estimate: z.object({ low: count, high: count }).optional(),
  from: time,
  bar_ms: z.int(),
  bars: z.array(count).openapi({ description: "Number of matches in each bar, oldest first." }),
  hours_of_week: z.array(count).openapi({ description: "168 hours (UTC) from Monday 0:00." }),
}).openapi("Histogram");

export const Facets = z.object({
  messages: count.openapi({ description: "The newest matches that were looked at." }),
  is_all: z.boolean().openapi({ description: "Whether these are all matches." }),
  channels: z.array(z.object({ id: z.int(), messages: count })),
  users: z.array(z.object({ id: userId, login: z.string(), name: z.string(), messages: count })),
  kinds: z.array(z.object({ operator: z.string().openapi({ example: "is:sub" }), messages: count })),
  emotes: z.array(z.object({ name: z.string(), messages: count })),
}).openapi("Facets");

export const Streams = z.object({
  streams: z.array(z.object({
    from: time,
    to: time,
    events: count,
    busiest_at: time.openapi({ description: "The minute with the most events." }),
    busiest: count,
  })),
}).openapi("Streams");

export const Statistics = z.object({
  from: time.openapi({ description: "Later than asked for if older messages could not be counted in time." }),
  to: time,
  messages: count,
  people: count,
  top: z.array(z.object({ id: userId, login: z.string(), name: z.string(), messages: count })),
}).openapi("Statistics");

export const Emotes = z.object({
  at: time,
  emotes: z.array(z.object({
    name: z.string(),
    service: z.enum(EMOTE_SERVICES),
    id: z.string(),
    is_global: z.boolean(),
    is_overlay: z.boolean(),
    since: time.nullable().openapi({ description: "null = as far back as is known." }),
    until: time.nullable(),
    picture: z.string().openapi({ description: "The path of its picture." }),
  })),
}).openapi("Emotes");

export const SavedSearches = z.object({
  searches: z.array(z.object({ name: z.string(), search: z.string(), saved_at: time })),
}).openapi("SavedSearches");
