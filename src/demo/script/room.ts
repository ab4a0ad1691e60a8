import { escapeTag } from "../../chat/tags.ts";
import { type Channel, CHANNELS } from "./cast.ts";
import { emoteRanges } from "./emotes.ts";
import { newcomerOf, type Person, personOf, personTags } from "./people.ts";
import type { Random } from "./random.ts";
import { inventedRoomId } from "../server/rules.ts";

interface Said {
  uuid: string;
  person: Person;
  text: string;
}

/** One channel's chat: the lines that are about to be said there, and what comes to mind when there are none. */
export class Room {
  readonly #people: Person[];
  readonly #host: Person;
  readonly #roomId: number;
  #ahead: ((at: number) => string)[] = [];
  #last: Said | undefined;
  #lately: string[] = [];

  constructor(readonly channel: Channel, readonly random: Random) {
    this.#people = channel.people.map((entry, i) => personOf(entry, i, random));
    this.#roomId = inventedRoomId(channel.login);
    this.#host = {
      ...personOf(`${channel.login}=${channel.displayName}`, 0, random),
      userId: this.#roomId,
      badges: "broadcaster/1",
      badgeInfo: "",
      mod: false,
    };
  }

  next(at: number): string {
    if (this.#ahead.length === 0) this.#think();
    return this.#ahead.shift()!(at);
  }

  #think(): void {
    const dice = this.random.next();
    if (dice < 0.62) this.#remark();
    else if (dice < 0.74) this.#talk();
    else if (dice < 0.82) this.#applause();
    else if (dice < 0.855) this.#action();
    else if (dice < 0.88) this.#cheer();
    else if (dice < 0.905) this.#newcomer();
    else if (dice < 0.93) this.#resub();
    else if (dice < 0.945) this.#sub();
    else if (dice < 0.96) this.#gifts();
    else if (dice < 0.97) this.#raid();
    else if (dice < 0.978) this.#announcement();
    else if (dice < 0.986) this.#slowMode();
    else if (dice < 0.992) this.#deletion();
    else if (dice < 0.997) this.#timeout();
    else this.#ban();
  }

  #remark(): void {
    const person = this.random.pick(this.#people);
    if (this.random.chance(0.06)) this.#reply(person, this.random.pick(this.channel.cheers));
    const text = this.#fresh(this.channel.remarks);
    this.#soon((at) => this.#says(at, person, text));
  }

  #talk(): void {
    const people = [...this.#people].sort(() => this.random.next() - 0.5);
    const talk = this.random.pick(this.channel.talks);
    talk.forEach((line, i) => {
      const person = people[i % people.length]!;
      const text = this.#named(line);
      if (text.startsWith(">")) this.#reply(person, text.slice(1));
      else this.#soon((at) => this.#says(at, person, text));
    });
  }

  #applause(): void {
    for (let i = this.random.int(3, 7); i > 0; i--) {
      const person = this.random.pick(this.#people);
      const text = this.random.pick(this.channel.cheers);
      this.#soon((at) => this.#says(at, person, text));
    }
  }

  #action(): void {
    const person = this.random.pick(this.#people);
    const text = this.random.pick(this.channel.actions);
    this.#soon((at) => this.#says(at, person, text, { action: true }));
  }

  #cheer(): void {
    const person = this.random.pick(this.#people);
    const bits = this.random.pick([1, 10, 50, 100, 100, 250, 500, 1000]);
    const text = `Cheer${bits} ${this.random.pick(this.channel.cheers)}`;
    this.#soon((at) => this.#says(at, person, text, { tags: { bits: String(bits) } }));
  }

  #newcomer(): void {
    const person = newcomerOf(this.random);
    const text = this.#fresh(this.channel.remarks);
    this.#soon((at) => this.#says(at, person, text, { tags: { "first-msg": "1" } }));
  }

  #resub(): void {
    const person = this.random.pick(this.#people);
    const months = this.random.int(2, 48);
    const text = this.random.chance(0.8) ? this.random.pick(this.channel.thanks) : "";
    const { plan, name } = planOf(this.random);
    const streak = this.random.chance(0.5);
    this.#notice(person, "resub", text, {
      "msg-param-cumulative-months": months,
      "msg-param-months": 0,
      "msg-param-multimonth-duration": 0,
      "msg-param-multimonth-tenure": 0,
      "msg-param-should-share-streak": streak ? 1 : 0,
      ...(streak ? { "msg-param-streak-months": months } : {}),
      "msg-param-sub-plan": plan,
      "msg-param-sub-plan-name": `Channel Subscription (${this.channel.login})`,
      "msg-param-was-gifted": "false",
    }, `${person.displayName} subscribed ${name}. They've subscribed for ${months} months!`);
    this.#applause();
  }

  #sub(): void {
    const person = newcomerOf(this.random);
    const { plan, name } = planOf(this.random);
    this.#notice(person, "sub", "", {
      "msg-param-cumulative-months": 1,
      "msg-param-months": 0,
      "msg-param-should-share-streak": 0,
      "msg-param-sub-plan": plan,
      "msg-param-sub-plan-name": `Channel Subscription (${this.channel.login})`,
      "msg-param-was-gifted": "false",
    }, `${person.displayName} subscribed ${name}.`);
  }

  #gifts(): void {
    const person = this.random.pick(this.#people);
    const count = this.random.pick([1, 1, 3, 5, 10]);
    const origin = String(this.random.int(1e9, 9e9));
    if (count > 1) {
      this.#notice(person, "submysterygift", "", {
        "msg-param-community-gift-id": origin,
        "msg-param-mass-gift-count": count,
        "msg-param-origin-id": origin,
        "msg-param-sender-count": count + this.random.int(0, 90),
        "msg-param-sub-plan": "1000",
      }, `${person.displayName} is gifting ${count} Tier 1 Subs to ${this.channel.displayName}'s community!`);
    }
    for (let i = 0; i < count; i++) {
      const lucky = newcomerOf(this.random);
      this.#notice(person, "subgift", "", {
        ...(count > 1 ? { "msg-param-community-gift-id": origin } : {}),
        "msg-param-gift-months": 1,
        "msg-param-months": this.random.int(1, 12),
        "msg-param-origin-id": origin,
        "msg-param-recipient-display-name": lucky.displayName,
        "msg-param-recipient-id": lucky.userId,
        "msg-param-recipient-user-name": lucky.login,
        "msg-param-sender-count": 0,
        "msg-param-sub-plan": "1000",
        "msg-param-sub-plan-name": `Channel Subscription (${this.channel.login})`,
      }, `${person.displayName} gifted a Tier 1 sub to ${lucky.displayName}!`);
    }
    this.#applause();
  }

  #raid(): void {
    const from = this.random.pick(CHANNELS.filter((channel) => channel !== this.channel));
    const raider = personOf(`${from.login}=${from.displayName}`, 5, this.random);
    const viewers = this.random.int(12, 900);
    this.#notice({ ...raider, userId: inventedRoomId(from.login) }, "raid", "", {
      "msg-param-displayName": from.displayName,
      "msg-param-login": from.login,
      "msg-param-profileImageURL": "",
      "msg-param-viewerCount": viewers,
    }, `${viewers} raiders from ${from.displayName} have joined!`);
    for (let i = 0; i < 4; i++) {
      const person = newcomerOf(this.random);
      const text = this.random.pick(from.cheers);
      this.#soon((at) => this.#says(at, person, text));
    }
  }

  #announcement(): void {
    const text = this.random.pick(this.channel.announcements);
    const color = this.random.pick(["PRIMARY", "BLUE", "GREEN", "ORANGE", "PURPLE"]);
    this.#notice(this.#host, "announcement", text, { "msg-param-color": color }, "");
  }

  #slowMode(): void {
    const room = `room-id=${this.#roomId}`;
    const name = this.channel.login;
    this.#soon(() => `@${room};slow=10 :tmi.twitch.tv ROOMSTATE #${name}`);
    this.#soon(() =>
      `@msg-id=slow_on :tmi.twitch.tv NOTICE #${name} :This room is now in slow mode. You may send messages every 10 seconds.`
    );
    this.#applause();
    this.#soon(() => `@${room};slow=0 :tmi.twitch.tv ROOMSTATE #${name}`);
    this.#soon(() => `@msg-id=slow_off :tmi.twitch.tv NOTICE #${name} :This room is no longer in slow mode.`);
  }

  #deletion(): void {
    const person = this.random.pick(this.#people);
    const text = `${this.random.pick(["SPOILER", "Achtung", "psst"])}: ${this.random.pick(SPOILERS)}`;
    this.#soon((at) => this.#says(at, person, text));
    this.#soon((at) => {
      const said = this.#last!;
      return `@login=${said.person.login};room-id=${this.#roomId};target-msg-id=${said.uuid};tmi-sent-ts=${at}` +
        ` :tmi.twitch.tv CLEARMSG #${this.channel.login} :${said.text}`;
    });
    this.#applause();
  }

  #timeout(): void {
    const person = newcomerOf(this.random);
    const seconds = this.random.pick([10, 60, 300, 600]);
    for (let i = 0; i < 3; i++) this.#soon((at) => this.#says(at, person, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    this.#soon((at) => this.#clears(at, person, `ban-duration=${seconds};`));
    this.#applause();
  }

  #ban(): void {
    const person = newcomerOf(this.random);
    const text = "Cheap viewers and followers, best prices, visit shop.example.com today";
    this.#soon((at) => this.#says(at, person, text, { tags: { "first-msg": "1" } }));
    this.#soon((at) => this.#clears(at, person, ""));
    const moderator = this.#people[0]!;
    this.#soon((at) => this.#says(at, moderator, "bye bye, bot 👋"));
  }

  #clears(at: number, person: Person, duration: string): string {
    return `@${duration}room-id=${this.#roomId};target-user-id=${person.userId};tmi-sent-ts=${at}` +
      ` :tmi.twitch.tv CLEARCHAT #${this.channel.login} :${person.login}`;
  }

  #soon(line: (at: number) => string): void {
    this.#ahead.push(line);
  }

  #reply(person: Person, text: string): void {
    this.#soon((at) => {
      const to = this.#last;
      if (to === undefined || to.person === person) return this.#says(at, person, text);
      return this.#says(at, person, `@${to.person.displayName} ${text}`, {
        tags: {
          "reply-parent-display-name": to.person.displayName,
          "reply-parent-msg-body": to.text,
          "reply-parent-msg-id": to.uuid,
          "reply-parent-user-id": String(to.person.userId),
          "reply-parent-user-login": to.person.login,
          "reply-thread-parent-display-name": to.person.displayName,
          "reply-thread-parent-msg-id": to.uuid,
          "reply-thread-parent-user-id": String(to.person.userId),
          "reply-thread-parent-user-login": to.person.login,
        },
      });
    });
  }

  #says(
    at: number,
    person: Person,
    text: string,
    { action = false, tags = {} }: { action?: boolean; tags?: Record<string, string> } = {},
  ): string {
    const uuid = this.random.uuid();
    this.#last = { uuid, person, text };
    const section = tagSection({
      ...personTags(person),
      "client-nonce": this.random.hex(32),
      emotes: emoteRanges(text),
      "first-msg": "0",
      id: uuid,
      "returning-chatter": "0",
      "room-id": this.#roomId,
      "tmi-sent-ts": at,
      ...tags,
    });
    const prefix = `${person.login}!${person.login}@${person.login}.tmi.twitch.tv`;
    const said = action ? `\x01ACTION ${text}\x01` : text;
    return `@${section} :${prefix} PRIVMSG #${this.channel.login} :${said}`;
  }

  #notice(
    person: Person,
    msgId: string,
    text: string,
    params: Record<string, string | number>,
    systemMsg: string,
  ): void {
    const uuid = this.random.uuid();
    this.#soon((at) => {
      const section = tagSection({
        ...personTags(person),
        emotes: emoteRanges(text),
        id: uuid,
        login: person.login,
        "msg-id": msgId,
        "room-id": this.#roomId,
        "system-msg": systemMsg,
        "tmi-sent-ts": at,
        ...params,
      });
      return `@${section} :tmi.twitch.tv USERNOTICE #${this.channel.login}${text === "" ? "" : ` :${text}`}`;
    });
  }

  /** One that was not said lately. */
  #fresh(texts: string[]): string {
    const candidates = texts.filter((text) => !this.#lately.includes(text));
    const text = this.random.pick(candidates);
    this.#lately.push(text);
    if (this.#lately.length > texts.length / 2) this.#lately.shift();
    return this.#named(text);
  }

  #named(text: string): string {
    return text.replace("{}", this.random.pick(this.#people).displayName);
  }
}

const SPOILERS = [
  "the lantern was the key all along",
  "the fox finds the boat in chapter nine",
  "the last door needs three turtles",
];

function planOf(random: Random): { plan: string; name: string } {
  return random.pick([
    { plan: "Prime", name: "with Prime" },
    { plan: "1000", name: "at Tier 1" },
    { plan: "1000", name: "at Tier 1" },
    { plan: "3000", name: "at Tier 3" },
  ]);
}

function tagSection(tags: Record<string, string | number>): string {
  return Object.keys(tags).sort().map((key) => `${key}=${escapeTag(String(tags[key]))}`).join(";");
}
