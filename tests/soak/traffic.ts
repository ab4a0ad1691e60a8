/** Sends messages to all open channels as fast as the program accepts them. */
import { Random } from "../../src/demo/script/random.ts";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { pause } from "./pause.ts";
import { clearchat } from "../support/chat/lines.ts";
import type { Account, Ledger } from "./ledger.ts";
import { type Line, personIn, say } from "./lines.ts";

export interface TrafficOptions {
  twitch: StandIn;
  ledger: Ledger;
  lines: readonly Line[];
}

/** Messages between two checks whether the readers are behind. */
const TURN = 100;
/** Every nth message is followed by a timeout of its author. */
const TIMEOUT_EVERY = 1_000;

export class Traffic {
  /** Channels that get messages. The first are by far the busiest. */
  readonly #open: Account[] = [];
  readonly #random = new Random(3);
  #lastLine = 0;
  #lastTimeout = 0;

  constructor(private readonly options: TrafficOptions) {}

  open(...accounts: Account[]): void {
    this.#open.push(...accounts);
  }

  hush(account: Account): void {
    this.#open.splice(this.#open.indexOf(account), 1);
  }

  /** Stops all messages, and returns the channels that got some. */
  hushAll(): Account[] {
    return this.#open.splice(0);
  }

  /** Sends until `messages` were sent or `signal` is aborted. */
  async talk(messages: number, signal: AbortSignal): Promise<void> {
    const { ledger, twitch } = this.options;
    while (ledger.messages < messages && !signal.aborted) {
      if (this.#open.length === 0) await pause(5);
      for (let i = 0; i < TURN && this.#open.length > 0 && ledger.messages < messages; i++) this.#message();
      await twitch.ready();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #message(): void {
    const { twitch, ledger, lines } = this.options;
    const account = this.#open[Math.floor(this.#open.length * this.#random.next() ** 2)]!;
    const line = lines[this.#lastLine++ % lines.length]!;
    const channel = account.login;
    const saying = {
      uuid: ledger.nextUuid(),
      roomId: twitch.roomId(channel),
      at: Date.now(),
      channel,
      crowd: 10 + account.place % 90,
    };
    const heard = twitch.send(say(line, saying));
    if (heard === 0) return;
    ledger.message(account);
    if (ledger.messages % TIMEOUT_EVERY === 0) this.#timeout(account, line, saying);
  }

  #timeout(
    account: Account,
    line: Line,
    { roomId, channel, crowd }: { roomId: number; channel: string; crowd: number },
  ): void {
    // Each timeout has a different duration, so that none is a duplicate.
    const heard = this.options.twitch.send(
      clearchat({ channel, roomId, ...personIn(crowd, line), seconds: ++this.#lastTimeout }),
    );
    if (heard > 0) account.timeouts++;
  }
}
