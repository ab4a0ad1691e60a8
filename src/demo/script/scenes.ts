/** Scenes of a channel: each queues the lines of one small event. */
import { inventedRoomId } from "../server/rules.ts";
import { CHANNELS } from "./cast.ts";
import { newcomerOf, personOf } from "./people.ts";
import type { Random } from "./random.ts";
import type { Room } from "./room.ts";

const SPOILERS = [
  "the lantern was the key all along",
  "the fox finds the boat in chapter nine",
  "the last door needs three turtles",
];

/** Queues the lines of a random scene. */
export function playScene(room: Room): void {
  const dice = room.random.next();
  SCENES.find(([below]) => dice < below)![1](room);
}

/** Each with the cumulative probability up to it. */
const SCENES: [below: number, scene: (room: Room) => void][] = [
  [0.62, remark],
  [0.74, talk],
  [0.82, applause],
  [0.855, action],
  [0.88, cheer],
  [0.905, newcomer],
  [0.93, resub],
  [0.945, sub],
  [0.96, gifts],
  [0.97, raid],
  [0.978, announcement],
  [0.986, slowMode],
  [0.992, deletion],
  [0.997, timeout],
  [1, ban],
];

function remark(room: Room): void {
  const person = room.somebody();
  if (room.random.chance(0.06)) room.reply(person, room.random.pick(room.channel.cheers));
  room.say(person, room.fresh(room.channel.remarks));
}

function talk(room: Room): void {
  const people = room.random.shuffled(room.people);
  room.random.pick(room.channel.talks).forEach((line, i) => {
    const person = people[i % people.length]!;
    const text = room.named(line);
    if (text.startsWith(">")) room.reply(person, text.slice(1));
    else room.say(person, text);
  });
}

function applause(room: Room): void {
  for (let i = room.random.int(3, 7); i > 0; i--) {
    room.say(room.somebody(), room.random.pick(room.channel.cheers));
  }
}

function action(room: Room): void {
  room.say(room.somebody(), room.random.pick(room.channel.actions), {}, true);
}

function cheer(room: Room): void {
  const person = room.somebody();
  const bits = room.random.pick([1, 10, 50, 100, 100, 250, 500, 1000]);
  room.say(person, `Cheer${bits} ${room.random.pick(room.channel.cheers)}`, { bits });
}

function newcomer(room: Room): void {
  room.say(newcomerOf(room.random), room.fresh(room.channel.remarks), { "first-msg": "1" });
}

function resub(room: Room): void {
  const person = room.somebody();
  const months = room.random.int(2, 48);
  const text = room.random.chance(0.8) ? room.random.pick(room.channel.thanks) : "";
  const { plan, name } = planOf(room.random);
  const streak = room.random.chance(0.5);
  room.notify(
    person,
    "resub",
    `${person.displayName} subscribed ${name}. They've subscribed for ${months} months!`,
    {
      "msg-param-cumulative-months": months,
      "msg-param-months": 0,
      "msg-param-multimonth-duration": 0,
      "msg-param-multimonth-tenure": 0,
      "msg-param-should-share-streak": streak ? 1 : 0,
      ...(streak ? { "msg-param-streak-months": months } : {}),
      "msg-param-sub-plan": plan,
      "msg-param-sub-plan-name": planName(room),
      "msg-param-was-gifted": "false",
    },
    text,
  );
  applause(room);
}

function sub(room: Room): void {
  const person = newcomerOf(room.random);
  const { plan, name } = planOf(room.random);
  room.notify(person, "sub", `${person.displayName} subscribed ${name}.`, {
    "msg-param-cumulative-months": 1,
    "msg-param-months": 0,
    "msg-param-should-share-streak": 0,
    "msg-param-sub-plan": plan,
    "msg-param-sub-plan-name": planName(room),
    "msg-param-was-gifted": "false",
  });
}

function gifts(room: Room): void {
  const person = room.somebody();
  const count = room.random.pick([1, 1, 3, 5, 10]);
  const origin = String(room.random.int(1e9, 9e9));
  if (count > 1) {
    room.notify(
      person,
      "submysterygift",
      `${person.displayName} is gifting ${count} Tier 1 Subs` +
        ` to ${room.channel.displayName}'s community!`,
      {
        "msg-param-community-gift-id": origin,
        "msg-param-mass-gift-count": count,
        "msg-param-origin-id": origin,
        "msg-param-sender-count": count + room.random.int(0, 90),
        "msg-param-sub-plan": "1000",
      },
    );
  }
  for (let i = 0; i < count; i++) {
    const lucky = newcomerOf(room.random);
    room.notify(person, "subgift", `${person.displayName} gifted a Tier 1 sub to ${lucky.displayName}!`, {
      ...(count > 1 ? { "msg-param-community-gift-id": origin } : {}),
      "msg-param-gift-months": 1,
      "msg-param-months": room.random.int(1, 12),
      "msg-param-origin-id": origin,
      "msg-param-recipient-display-name": lucky.displayName,
      "msg-param-recipient-id": lucky.userId,
      "msg-param-recipient-user-name": lucky.login,
      "msg-param-sender-count": 0,
      "msg-param-sub-plan": "1000",
      "msg-param-sub-plan-name": planName(room),
    });
  }
  applause(room);
}

function raid(room: Room): void {
  const from = room.random.pick(CHANNELS.filter((channel) => channel !== room.channel));
  const raider = personOf(`${from.login}=${from.displayName}`, 5, room.random);
  const viewers = room.random.int(12, 900);
  room.notify(
    { ...raider, userId: inventedRoomId(from.login) },
    "raid",
    `${viewers} raiders from ${from.displayName} have joined!`,
    {
      "msg-param-displayName": from.displayName,
      "msg-param-login": from.login,
      "msg-param-profileImageURL": "",
      "msg-param-viewerCount": viewers,
    },
  );
  for (let i = 0; i < 4; i++) room.say(newcomerOf(room.random), room.random.pick(from.cheers));
}

function announcement(room: Room): void {
  const text = room.random.pick(room.channel.announcements);
  const color = room.random.pick(["PRIMARY", "BLUE", "GREEN", "ORANGE", "PURPLE"]);
  room.notify(room.host, "announcement", "", { "msg-param-color": color }, text);
}

function slowMode(room: Room): void {
  const { lines } = room;
  const began = "This room is now in slow mode. You may send messages every 10 seconds.";
  room.queue(() => lines.slowMode(10));
  room.queue(() => lines.serverNotice("slow_on", began));
  applause(room);
  room.queue(() => lines.slowMode(0));
  room.queue(() => lines.serverNotice("slow_off", "This room is no longer in slow mode."));
}

function deletion(room: Room): void {
  const person = room.somebody();
  room.say(person, `${room.random.pick(["SPOILER", "Achtung", "psst"])}: ${room.random.pick(SPOILERS)}`);
  room.deleteLast();
  applause(room);
}

function timeout(room: Room): void {
  const person = newcomerOf(room.random);
  const seconds = room.random.pick([10, 60, 300, 600]);
  for (let i = 0; i < 3; i++) room.say(person, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  room.queue((at) => room.lines.timeout(person, at, seconds));
  applause(room);
}

function ban(room: Room): void {
  const person = newcomerOf(room.random);
  const text = "Cheap viewers and followers, best prices, visit shop.example.com today";
  room.say(person, text, { "first-msg": "1" });
  room.queue((at) => room.lines.timeout(person, at));
  room.say(room.people[0]!, "bye bye, bot 👋");
}

function planName({ channel }: Room): string {
  return `Channel Subscription (${channel.login})`;
}

function planOf(random: Random): { plan: string; name: string } {
  return random.pick([
    { plan: "Prime", name: "with Prime" },
    { plan: "1000", name: "at Tier 1" },
    { plan: "1000", name: "at Tier 1" },
    { plan: "3000", name: "at Tier 3" },
  ]);
}
