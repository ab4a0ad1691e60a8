/** One channel's chat. */
import { inventedRoomId } from "../server/rules.ts";
import type { Channel } from "./cast.ts";
import { ChannelLines, type Message, type Tags } from "./lines.ts";
import { type Person, personOf } from "./people.ts";
import type { Random } from "./random.ts";
import { playScene } from "./scenes.ts";

/** The lines that are about to be sent in a channel. When there are none, the next scene queues some. */
export class Room {
  readonly people: readonly Person[];
  readonly host: Person;
  readonly lines: ChannelLines;
  readonly #queue: ((at: number) => string)[] = [];
  /** The last texts of {@link fresh}. */
  readonly #recent: string[] = [];
  #last: Message | undefined;

  constructor(readonly channel: Channel, readonly random: Random) {
    this.people = channel.people.map((entry, i) => personOf(entry, i, random));
    const roomId = inventedRoomId(channel.login);
    this.lines = new ChannelLines(channel.login, roomId);
    this.host = {
      ...personOf(`${channel.login}=${channel.displayName}`, 0, random),
      userId: roomId,
      badges: "broadcaster/1",
      badgeInfo: "",
      mod: false,
    };
  }

  /** The next line, sent at this time. */
  next(at: number): string {
    if (this.#queue.length === 0) playScene(this);
    return this.#queue.shift()!(at);
  }

  queue(line: (at: number) => string): void {
    this.#queue.push(line);
  }

  say(person: Person, text: string, tags: Tags = {}, action = false): void {
    this.queue((at) => this.#message(at, person, text, tags, action));
  }

  /** Answers the message before it, unless the same person wrote that. */
  reply(person: Person, text: string): void {
    this.queue((at) => {
      const to = this.#last;
      if (to === undefined || to.person === person) return this.#message(at, person, text);
      return this.#message(at, person, `@${to.person.displayName} ${text}`, {
        "reply-parent-display-name": to.person.displayName,
        "reply-parent-msg-body": to.text,
        "reply-parent-msg-id": to.uuid,
        "reply-parent-user-id": String(to.person.userId),
        "reply-parent-user-login": to.person.login,
        "reply-thread-parent-display-name": to.person.displayName,
        "reply-thread-parent-msg-id": to.uuid,
        "reply-thread-parent-user-id": String(to.person.userId),
        "reply-thread-parent-user-login": to.person.login,
      });
    });
  }

  /** Announces an event of this type (`msg-id`), with the person's text. */
  notify(person: Person, type: string, systemMsg: string, params: Tags, text = ""): void {
    const uuid = this.random.uuid();
    this.queue((at) => this.lines.notice({ uuid, person, text, type, params, systemMsg }, at));
  }

  /** Deletes the message before it. */
  deleteLast(): void {
    this.queue((at) => this.lines.deletion(this.#last!, at));
  }

  somebody(): Person {
    return this.random.pick(this.people);
  }

  /** One of the texts that was not used recently. */
  fresh(texts: readonly string[]): string {
    const text = this.random.pick(texts.filter((text) => !this.#recent.includes(text)));
    this.#recent.push(text);
    if (this.#recent.length > texts.length / 2) this.#recent.shift();
    return this.named(text);
  }

  /** The text with somebody's name in place of `{}`. */
  named(text: string): string {
    return text.replace("{}", this.somebody().displayName);
  }

  #message(at: number, person: Person, text: string, tags: Tags = {}, action = false): string {
    this.#last = { uuid: this.random.uuid(), person, text };
    return this.lines.message(this.#last, at, { "client-nonce": this.random.hex(32), ...tags }, action);
  }
}
