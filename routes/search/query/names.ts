/** Looks up the channels, users and messages that a search names. */
import type { Context } from "hono";
import type { Channel } from "../../../src/archive/channel.ts";
import type { BatchCall } from "../../../src/archive/reader_batch.ts";
import type { UserProfile } from "../../../src/archive/user.ts";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { answeredMessage } from "../../../src/irc/events/privmsg.ts";
import type { Known, Named } from "../../../src/search/compile.ts";
import { loginIn } from "../../shared/find_channel.ts";
import { nameIn } from "../../shared/find_user.ts";
import type { Env, Site } from "../../site.tsx";

/** Looks the names up in one call, with the channels of the page's sidebar. */
export async function lookUp(site: Site, c: Context<Env>, named: Named): Promise<Known> {
  const known = { channels: new Map<string, number[]>(), users: new Map(), threads: new Map() };
  if (named.channels.length + named.users.length + named.messages.length === 0) return known;
  const calls: BatchCall[] = [
    ["channels"],
    ...named.channels.flatMap((name): BatchCall[] => [
      ["channelByLogin", loginIn(name)],
      ["userByName", nameIn(name)],
    ]),
    ...named.users.map((name): BatchCall => ["userByName", nameIn(name)]),
    ...named.messages.map((id): BatchCall => ["event", id]),
  ];
  const [channels, ...answers] = await site.archive.batch(...calls) as [Channel[], ...unknown[]];
  c.set("channels", Promise.resolve(channels));
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
    if (uuid) known.threads.set(id, uuid.toLowerCase());
  }
  return known;
}

/** The id of the message that began a message's thread. */
function threadOf(event: StoredEvent): string | undefined {
  const answered = answeredMessage(event);
  return answered?.threadUuid ?? answered?.uuid ?? event.uuid;
}
