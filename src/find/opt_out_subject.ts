/** Finds whom a text means that opts a channel or a user out. */
import type { OptOutSubject } from "../archive/access/opt_out.ts";
import type { ArchiveReader } from "../archive/reader.ts";
import { parseChannelName } from "../chat/channel_name.ts";
import { parseId } from "../chat/ids.ts";
import { parseUserName } from "../chat/user_name.ts";

type Archive = Pick<ArchiveReader, "batch">;

/**
 * Whom a Twitch id, a login or, for a user, a display name means. The archive need not know them: an id is one of Twitch's
 * then, and a login is valid by itself. A login that consists of digits begins with `@`. Undefined if it is neither.
 */
export async function findOptOutSubject(
  archive: Archive,
  kind: OptOutSubject["kind"],
  text: string,
): Promise<OptOutSubject | undefined> {
  const id = parseId(text.trim());
  const login = parseChannelName(text);
  if (kind === "channel") {
    const [channels, former] = await archive.batch(["channels"], ["channelByLogin", login ?? ""]);
    const found = id === undefined ? former : channels.find(({ twitchId }) => twitchId === id);
    if (found) return { kind, twitchId: found.twitchId ?? id, login: found.login };
  } else {
    const [byId, byName] = await archive.batch(["user", id ?? 0], ["userByName", parseUserName(text) ?? ""]);
    const found = id === undefined ? byName : byId;
    if (found) return { kind, twitchId: found.id > 0 ? found.id : undefined, login: found.login };
  }
  if (id !== undefined) return id > 0 ? { kind, twitchId: id } : undefined;
  return login === undefined ? undefined : { kind, login };
}

/** `user ann (11)` */
export function describeOptOut({ kind, twitchId, login }: OptOutSubject): string {
  return `${kind} ${login ?? ""}${login && twitchId ? ` (${twitchId})` : login ? "" : twitchId}`;
}
