/** From the archive's objects to those of the interface. Fields without a value are left out. */
import type { z } from "@hono/zod-openapi";
import type { User as ArchiveUser, UserProfile as ArchiveProfile } from "../../../src/archive/user.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { receivedAt } from "../../../src/chat/ids.ts";
import { answeredMessage, messageDetails } from "../../../src/irc/events/privmsg.ts";
import { messageParts } from "../../../src/parts/message_parts.ts";
import { searchableText } from "../../../src/search/text/tokens.ts";
import { removalBy } from "../../../components/words/sentences.ts";
import type { ChannelView } from "../../site.tsx";
import type * as schemas from "./schemas.ts";

type Of<Name extends keyof typeof schemas> = z.infer<typeof schemas[Name]>;

/** An instant as text. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** @param ms an instant, or none */
export function isoIf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : iso(ms);
}

export function messageOf(event: StoredEvent): Of<"Message"> {
  const { id, kind, channel, channelId, author, userId, uuid, sentAt, removed, source } = event;
  const details = messageDetails(event);
  const answered = answeredMessage(event);
  const emotes = emotesOf(event);
  return {
    id,
    time: iso(receivedAt(id)),
    sent_at: isoIf(sentAt),
    kind,
    channel,
    channel_id: channelId,
    login: author?.login,
    name: author?.displayName || undefined,
    user_id: userId,
    color: author?.color || undefined,
    badges: author?.badges || undefined,
    text: searchableText(event),
    message_id: uuid,
    bits: details.bits === undefined ? undefined : Number(details.bits),
    reply_to: answered && {
      message_id: answered.uuid,
      login: answered.login,
      name: answered.displayName,
      text: answered.text,
    },
    emotes: emotes.length > 0 ? emotes : undefined,
    removed: removed && {
      kind: removed.kind,
      by: removed.by,
      after_ms: Math.max(0, receivedAt(removed.by) - receivedAt(id)),
      duration_s: removed.durationS,
    },
    duration_s: kind === "timeout" ? removalBy(event)?.durationS : undefined,
    filled_from: source,
  };
}

type Emote = NonNullable<Of<"Message">["emotes"]>[number];

function emotesOf(event: StoredEvent): Emote[] {
  if (event.tags.length === 0 && !event.setEmotes) return [];
  const emotes: Emote[] = [];
  let at = searchableText(event).length - event.text.length;
  for (const part of messageParts(event)) {
    const [from, to] = [at, at += part.text.length];
    if (part.kind !== "emote") continue;
    const [service, id] = part.set ? [part.set.service, part.set.id] : ["twitch" as const, part.id];
    emotes.push({ name: part.text, service, id, from, to });
  }
  return emotes;
}

export function channelShape({ channel, status }: ChannelView): Of<"Channel"> {
  return {
    id: channel.id,
    login: channel.login,
    twitch_id: channel.twitchId,
    earlier_logins: channel.earlierLogins,
    enabled: channel.enabled,
    state: status.state,
    reason: status.reason,
    events: channel.messages,
    per_minute: status.perMinute,
    first_at: isoIf(channel.firstAt),
    last_at: isoIf(channel.lastAt),
  };
}

export function userShape({ id, login, displayName, messages, firstAt, lastAt }: ArchiveUser): Of<"User"> {
  return { id, login, name: displayName, messages, first_at: isoIf(firstAt), last_at: isoIf(lastAt) };
}

export function profileShape(profile: ArchiveProfile): Of<"UserProfile"> {
  return {
    ...userShape(profile),
    color: profile.color || undefined,
    names: profile.names.map(({ login, firstAt, lastAt }) => ({
      login,
      first_at: iso(firstAt),
      last_at: iso(lastAt),
    })),
    channels: profile.channels.map(({ channelId, login, messages }) => ({ id: channelId, login, messages })),
  };
}
