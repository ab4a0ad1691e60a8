/** NOTICEs that refuse a JOIN: from their `msg-id` to a sentence for users. */
export const REFUSALS: ReadonlyMap<string, string> = new Map([
  ["msg_channel_suspended", "Twitch has suspended this channel"],
  ["msg_banned", "this login is banned from the channel"],
  ["msg_room_not_found", "Twitch knows no such channel"],
  ["tos_ban", "the channel's owner was banned from Twitch"],
  ["msg_concurrent_channel_limit_reached", "this account has joined as many channels as Twitch allows"],
]);
