/** NOTICEs that answer a JOIN with no, by their `msg-id`, and what a person reads for them. */
export const REFUSALS: ReadonlyMap<string, string> = new Map([
  ["msg_channel_suspended", "Twitch has suspended this channel"],
  ["msg_banned", "this login is banned from the channel"],
  ["msg_room_not_found", "Twitch knows no such channel"],
  ["tos_ban", "the channel's owner was banned from Twitch"],
  ["msg_concurrent_channel_limit_reached", "this account has joined as many channels as Twitch allows"],
]);
