/** Invented chat lines for tests, in Twitch's format. */

let lastNumber = 0;

export interface LineOptions {
  channel: string;
  roomId: number;
  login?: string;
  userId?: number;
  text?: string;
  id?: string;
  sentAt?: number;
}

/** A PRIVMSG with the tags that Twitch sends. */
export function privmsg(options: LineOptions): string {
  const n = ++lastNumber;
  const { channel, roomId, login = "ada_codes", userId = 1001, text = `message ${n}`, sentAt = Date.now() } =
    options;
  const id = options.id ?? crypto.randomUUID();
  return `@badge-info=;badges=;color=#1E90FF;display-name=${login};emotes=;first-msg=0;flags=;id=${id};mod=0;` +
    `returning-chatter=0;room-id=${roomId};subscriber=0;tmi-sent-ts=${sentAt};turbo=0;user-id=${userId};user-type= ` +
    `:${login}!${login}@${login}.tmi.twitch.tv PRIVMSG #${channel} :${text}`;
}

export function clearmsg(
  options: { channel: string; login: string; targetId: string; text: string },
): string {
  return `@login=${options.login};room-id=;target-msg-id=${options.targetId};tmi-sent-ts=${Date.now()} ` +
    `:tmi.twitch.tv CLEARMSG #${options.channel} :${options.text}`;
}

export function clearchat(
  options: { channel: string; roomId: number; login?: string; userId?: number; seconds?: number },
): string {
  const { channel, roomId, login, userId, seconds } = options;
  const duration = seconds === undefined ? "" : `ban-duration=${seconds};`;
  const target = login === undefined ? "" : `target-user-id=${userId};`;
  return `@${duration}room-id=${roomId};${target}tmi-sent-ts=${Date.now()} :tmi.twitch.tv CLEARCHAT #${channel}` +
    (login === undefined ? "" : ` :${login}`);
}
