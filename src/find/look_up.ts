/** Looks up the channels, users and messages that a search names. */
import type { Channel } from "../archive/channel.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import type { BatchCall } from "../archive/reader_batch.ts";
import type { UserProfile } from "../archive/user.ts";
import { parseChannelName } from "../chat/channel_name.ts";
import type { StoredEvent } from "../chat/events.ts";
import { parseUserName } from "../chat/user_name.ts";
import { answeredMessage } from "../irc/events/privmsg.ts";
import type { Known, Named } from "../search/names.ts";

/** What was found, and all channels if the archive was asked. */
export interface LookedUp {
  known: Known;
  channels?: Channel[];
}

/** Looks names up in one call. */
export async function lookUp(archive: Pick<ArchiveReader, "batch">, named: Named): Promise<LookedUp> {
  const known = { channels: new Map<string, number[]>(), users: new Map(), threads: new Map() };
  if (named.channels.length + named.users.length + named.messages.length === 0) return { known };
  const calls: BatchCall[] = [
    ["channels"],
    ...named.channels.flatMap((name): BatchCall[] => [
      ["channelByLogin", parseChannelName(name) ?? ""],
      ["userByName", parseUserName(name) ?? ""],
    ]),
    ...named.users.map((name): BatchCall => ["userByName", parseUserName(name) ?? ""]),
    ...named.messages.map((id): BatchCall => ["event", id]),
  ];
  const [channels, ...answers] = await archive.batch(...calls) as [Channel[], ...unknown[]];
  for (const name of named.channels) {
    const channel = answers.shift() as Channel | undefined;
    const owner = answers.shift() as UserProfile | undefined;
    // A channel is also found by its owner's display name.
    const found = channel ?? (owner && channels.find(({ login }) => login === owner.login));
    if (found) known.channels.set(name, [found.id]);
  }
  for (const name of named.users) {
    const user = answers.shift() as UserProfile | undefined;
    if (user) known.users.set(name, { id: user.id, logins: user.names.map(({ login }) => login) });
  }
  for (const id of named.messages) {
    const event = answers.shift() as StoredEvent | undefined;
    const uuid = event && threadOf(event);
    if (uuid) known.threads.set(id, { uuid: uuid.toLowerCase(), channelId: event.channelId });
  }
  return { known, channels };
}

/** The id of the message that began a message's thread. */
function threadOf(event: StoredEvent): string | undefined {
  const answered = answeredMessage(event);
  return answered?.threadUuid ?? answered?.uuid ?? event.uuid;
}
