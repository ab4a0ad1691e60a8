/** Adds and removes channels through the program's pages, and sometimes makes Twitch fail. */
import { Random } from "../../src/demo/script/random.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import type { Account, Ledger } from "./ledger.ts";
import { pause } from "./pause.ts";
import type { Traffic } from "./traffic.ts";

export interface ChurnOptions {
  url: string;
  twitch: StandIn;
  ledger: Ledger;
  traffic: Traffic;
  /** Approximate number of channels at a time. */
  channels: number;
  /** Interval between changes. */
  changeEveryMs: number;
  /** Every nth change is a failure of Twitch instead. */
  troubleEvery: number;
}

/**
 * Deleting messages takes time: it is done only for a channel with fewer messages, while no other is being
 * deleted.
 */
const FEW = 20_000;
/** Concurrent changes. Each waits until all messages of its channel are stored. */
const AT_ONCE = 5;
const PATIENCE_MS = 60_000;
export const CHANGES = ["added", "disabled", "enabled", "deleted", "deleted with messages"] as const;
/** The order of failures. */
const TURNS = ["reconnect", "reconnect", "cut"] as const;
export const TROUBLES = ["reconnect", "cut"] as const;

export type Change = typeof CHANGES[number] | typeof TROUBLES[number];

export class Churn {
  readonly done: Record<Change, number> = {
    "added": 0,
    "disabled": 0,
    "enabled": 0,
    "deleted": 0,
    "deleted with messages": 0,
    "reconnect": 0,
    "cut": 0,
  };
  readonly #random = new Random(7);
  readonly #talking: Account[] = [];
  readonly #disabled: Account[] = [];
  /** Channels deleted without their messages. */
  readonly #gone: Account[] = [];
  #lastLogin = 0;

  constructor(private readonly options: ChurnOptions) {}

  /** Adds the first channels. */
  async start(): Promise<void> {
    while (this.#talking.length < this.options.channels) await this.#add();
  }

  /** Changes a few channels at a time until `over` is aborted. No message may be lost by it. */
  async run(over: AbortSignal): Promise<void> {
    for (let n = 1; !over.aborted; n++) {
      const { changeEveryMs, troubleEvery } = this.options;
      if (n % troubleEvery > 0) await Promise.all(Array.from({ length: AT_ONCE }, () => this.#change()));
      else await this.#trouble(TURNS[n / troubleEvery % TURNS.length]!);
      await pause(changeEveryMs, over);
    }
  }

  async #change(): Promise<void> {
    const present = this.#talking.length + this.#disabled.length;
    const room = this.options.channels - present;
    const kind = this.#random.int(0, 3);
    if (kind === 0 && this.#talking.length > 1) await this.#disable();
    else if (kind === 1 && this.#disabled.length > 0) await this.#enable();
    else if (room > 0 && this.#random.chance(0.5 + room / 10)) await this.#add();
    else if (this.#talking.length > 1) await this.#delete();
  }

  /** Adds a channel that was deleted before, or a new one. */
  async #add(): Promise<void> {
    const back = this.#random.chance(0.5) ? this.#gone.shift() : undefined;
    const login = back?.login ?? `soak_${++this.#lastLogin}`;
    const location = await this.#post("/channels", { name: login });
    const account = back ?? this.options.ledger.open(login, Number(location.split("/").at(-1)));
    await this.#joined(account, "added");
  }

  async #enable(): Promise<void> {
    const account = this.#take(this.#disabled);
    await this.#post(`/channels/${account.id}`, { enabled: "true" });
    await this.#joined(account, "enabled");
  }

  async #joined(account: Account, change: Change): Promise<void> {
    await this.#until(() => this.options.twitch.joined(account.login), `#${account.login} to be joined`);
    this.#talking.push(account);
    this.options.traffic.open(account);
    this.done[change]++;
  }

  async #disable(): Promise<void> {
    const account = await this.#silent();
    await this.#post(`/channels/${account.id}`, { enabled: "false" });
    this.#disabled.push(account);
    await this.#parted(account, "disabled");
  }

  async #delete(): Promise<void> {
    const account = await this.#silent();
    account.deleted = account.messages < FEW && !this.options.ledger.deleting();
    await this.#post(`/channels/${account.id}/delete`, { messages: account.deleted ? "delete" : "keep" });
    if (!account.deleted) this.#gone.push(account);
    await this.#parted(account, account.deleted ? "deleted with messages" : "deleted");
  }

  /** Stops the messages of a channel, and waits until all are stored. */
  async #silent(): Promise<Account> {
    const account = this.#take(this.#talking);
    this.options.traffic.hush(account);
    await this.options.ledger.settled([account]);
    return account;
  }

  async #parted({ login }: Account, change: Change): Promise<void> {
    await this.#until(() => !this.options.twitch.joined(login), `#${login} to be left`);
    this.done[change]++;
  }

  async #trouble(kind: typeof TROUBLES[number]): Promise<void> {
    const { twitch, traffic, ledger } = this.options;
    if (kind === "reconnect") {
      // Twitch sends RECONNECT, and messages continue.
      const isOver = this.#replaced();
      twitch.reconnectAll();
      await this.#until(isOver, "old connections to be left");
    } else {
      // Messages in flight are lost when a connection is cut. So wait until there are none.
      const open = traffic.hushAll();
      await ledger.settled(open);
      await twitch.dropAll({ hard: true });
      await this.#until(() => open.every(({ login }) => twitch.joined(login)), "channels to be joined again");
      traffic.open(...open);
    }
    this.done[kind]++;
  }

  /** Returns a function that says whether all connections that are open now were replaced. */
  #replaced(): () => boolean {
    const { counters } = this.options.twitch;
    const over = counters.closed.left + counters.open;
    return () => counters.closed.left >= over;
  }

  /** @throws if the condition is not true in time */
  async #until(condition: () => boolean, what: string): Promise<void> {
    let timer;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`timeout while waiting for ${what}`)), PATIENCE_MS);
    });
    await Promise.race([this.options.twitch.when(condition), late]);
    clearTimeout(timer);
  }

  #take(from: Account[]): Account {
    return from.splice(this.#random.int(0, from.length - 1), 1)[0]!;
  }

  /** Returns the Location of the redirect. @throws if the program answers otherwise */
  async #post(path: string, form: Record<string, string>): Promise<string> {
    const answer = await fetch(this.options.url + path, {
      method: "POST",
      body: new URLSearchParams(form),
      redirect: "manual",
    });
    await answer.body?.cancel();
    if (answer.status !== 303) throw new Error(`POST ${path} was answered with ${answer.status}`);
    return answer.headers.get("Location")!;
  }
}
