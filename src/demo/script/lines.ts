/** Lines of a channel as Twitch writes them. */
import { escapeTag } from "../../irc/syntax/tags.ts";
import { emoteRanges } from "./emotes.ts";
import { type Person, personTags } from "./people.ts";

export type Tags = Record<string, string | number>;

export interface Message {
  uuid: string;
  person: Person;
  text: string;
}

export interface Notice extends Message {
  /** Its `msg-id`. */
  type: string;
  params: Tags;
  systemMsg: string;
}

/** Writes the lines of one channel. `at` is the time of sending, epoch milliseconds. */
export class ChannelLines {
  constructor(readonly login: string, readonly roomId: number) {}

  message({ uuid, person, text }: Message, at: number, tags: Tags, action: boolean): string {
    const section = tagSection({
      ...personTags(person),
      emotes: emoteRanges(text),
      "first-msg": "0",
      id: uuid,
      "returning-chatter": "0",
      "room-id": this.roomId,
      "tmi-sent-ts": at,
      ...tags,
    });
    const prefix = `${person.login}!${person.login}@${person.login}.tmi.twitch.tv`;
    return `@${section} :${prefix} PRIVMSG #${this.login} :${action ? `\x01ACTION ${text}\x01` : text}`;
  }

  notice({ uuid, person, text, type, params, systemMsg }: Notice, at: number): string {
    const section = tagSection({
      ...personTags(person),
      emotes: emoteRanges(text),
      id: uuid,
      login: person.login,
      "msg-id": type,
      "room-id": this.roomId,
      "system-msg": systemMsg,
      "tmi-sent-ts": at,
      ...params,
    });
    return `@${section} :tmi.twitch.tv USERNOTICE #${this.login}${text === "" ? "" : ` :${text}`}`;
  }

  deletion({ uuid, person, text }: Message, at: number): string {
    return `@login=${person.login};room-id=${this.roomId};target-msg-id=${uuid};tmi-sent-ts=${at}` +
      ` :tmi.twitch.tv CLEARMSG #${this.login} :${text}`;
  }

  /** A timeout; without `seconds` a ban. */
  timeout({ login, userId }: Person, at: number, seconds?: number): string {
    const duration = seconds === undefined ? "" : `ban-duration=${seconds};`;
    return `@${duration}room-id=${this.roomId};target-user-id=${userId};tmi-sent-ts=${at}` +
      ` :tmi.twitch.tv CLEARCHAT #${this.login} :${login}`;
  }

  /** Slow mode; 0 seconds end it. */
  slowMode(seconds: number): string {
    return `@room-id=${this.roomId};slow=${seconds} :tmi.twitch.tv ROOMSTATE #${this.login}`;
  }

  serverNotice(type: string, text: string): string {
    return `@msg-id=${type} :tmi.twitch.tv NOTICE #${this.login} :${text}`;
  }
}

function tagSection(tags: Tags): string {
  return Object.keys(tags).sort().map((key) => `${key}=${escapeTag(String(tags[key]))}`).join(";");
}
