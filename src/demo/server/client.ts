/** One connection to the stand-in: it answers a client as Twitch's server does. */
import type { TLSSocket } from "node:tls";
import { LineSplitter } from "../../irc/lines.ts";
import { parseLine } from "../../irc/syntax/parse.ts";
import { ANONYMOUS_PREFIX } from "../../irc/commands.ts";
import { Outbox, type Piece } from "./outbox.ts";
import type { Rules } from "./rules.ts";

/** Calls of a client to its server. */
export interface Watcher {
  /** Counts one more JOIN over all connections. */
  mayJoin(): boolean;
  clientJoined(client: Client, login: string): void;
  clientParted(client: Client, login: string): void;
  clientSaid(client: Client, line: string): void;
  clientEased(): void;
  clientClosed(client: Client, why: CloseReason): void;
}

export type CloseReason = "left" | "dropped" | "too slow" | "join limit" | "login refused";

const GREETING = [
  [1, "Welcome, GLHF!"],
  [2, "Your host is tmi.twitch.tv"],
  [3, "This server is rather new"],
  [4, "-"],
  [375, "-"],
  [372, "You are in a maze of twisty passages, all alike."],
  [376, ">"],
] as const;

const CAPABILITIES = new Set(["twitch.tv/tags", "twitch.tv/commands", "twitch.tv/membership"]);

export class Client {
  readonly channels = new Set<string>();
  linesOut = 0;
  #outbox: Outbox;
  #closed = false;
  #nick: string | undefined;
  #token: string | undefined;
  #tags = false;
  #pinging: ReturnType<typeof setInterval> | undefined;

  constructor(readonly socket: TLSSocket, readonly rules: Rules, readonly watcher: Watcher) {
    this.#outbox = new Outbox(
      (bytes) => this.#write(bytes),
      () => watcher.clientEased(),
      (tooSlow) => this.close(tooSlow ? "too slow" : "left"),
    );
  }

  get units(): number {
    return this.#outbox.units;
  }

  /** Whether it has logged in. */
  get welcome(): boolean {
    return this.#pinging !== undefined;
  }

  /** Reads the client's lines until one side closes. Never throws. */
  async talk(): Promise<void> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of this.socket as AsyncIterable<Uint8Array>) {
        for (const line of splitter.push(chunk)) {
          this.watcher.clientSaid(this, line);
          if (!this.rules.faults.stall && !this.#closed) this.#answer(line);
        }
      }
    } catch {
      // The other side has closed the connection: nothing is left to do.
    }
    this.close("left");
  }

  /** Sends a line, unless the fault `silent` is set. */
  say(line: string): void {
    if (this.#closed || this.rules.faults.silent) return;
    this.linesOut++;
    const text = !this.#tags && line.startsWith("@") ? line.slice(line.indexOf(" ") + 1) : line;
    this.#outbox.put(`${text}\r\n`);
  }

  /** Sends the text unchanged, without a line end. */
  sayRaw(piece: Piece): void {
    if (!this.#closed) this.#outbox.put(piece);
  }

  close(why: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#pinging);
    this.#outbox.end();
    this.socket.destroy();
    this.watcher.clientClosed(this, why);
  }

  /** Closes the connection after writing the waiting lines. */
  async closeAfter(why: CloseReason): Promise<void> {
    await this.#outbox.flushed();
    if (this.#closed) return;
    await new Promise<void>((resolve) => this.socket.once("close", resolve).end(resolve));
    this.close(why);
  }

  #answer(text: string): void {
    const line = parseLine(text);
    if (line === undefined) return;
    switch (line.command.toUpperCase()) {
      case "CAP":
        return this.#negotiate(line.params);
      case "PASS":
        this.#token = line.params[0] ?? "";
        return;
      case "NICK":
        return this.#logIn((line.params[0] ?? "").toLowerCase());
      case "PING":
        return this.say(`:tmi.twitch.tv PONG tmi.twitch.tv :${line.params.at(-1) ?? ""}`);
      case "QUIT":
        return void this.closeAfter("left");
    }
    if (!this.welcome) return;
    const channels = (line.params[0] ?? "").split(",").filter((name) => name.startsWith("#"))
      .map((name) => name.slice(1).toLowerCase());
    if (line.command === "JOIN") { for (const login of channels) this.#join(login); }
    else if (line.command === "PART") { for (const login of channels) this.#part(login); }
  }

  #negotiate(params: string[]): void {
    if (params[0]?.toUpperCase() !== "REQ") return;
    const asked = (params[1] ?? "").split(" ").filter((name) => name !== "");
    const known = asked.every((name) => CAPABILITIES.has(name));
    if (known && asked.includes("twitch.tv/tags")) this.#tags = true;
    this.say(`:tmi.twitch.tv CAP * ${known ? "ACK" : "NAK"} :${asked.join(" ")}`);
  }

  #logIn(nick: string): void {
    if (this.welcome) return;
    const refusal = this.#refusal(nick);
    if (refusal !== undefined) {
      this.say(`:tmi.twitch.tv NOTICE * :${refusal}`);
      return void this.closeAfter("login refused");
    }
    this.#nick = nick;
    for (const [code, text] of GREETING) {
      this.say(`:tmi.twitch.tv ${String(code).padStart(3, "0")} ${nick} :${text}`);
    }
    this.#pinging = setInterval(() => this.say("PING :tmi.twitch.tv"), this.rules.pingEveryMs);
  }

  #refusal(nick: string): string | undefined {
    if (new RegExp(`^${ANONYMOUS_PREFIX}\\d+$`).test(nick)) return undefined;
    if (!this.#token?.startsWith("oauth:")) return "Improperly formatted auth";
    const token = this.#token.slice("oauth:".length);
    return this.rules.accounts[nick] === token ? undefined : "Login authentication failed";
  }

  #join(login: string): void {
    if (this.#closed) return;
    if (!this.watcher.mayJoin()) return this.close("join limit");
    const refusal = this.rules.refusals[login];
    if (refusal !== undefined) {
      const text = REFUSAL_TEXTS[refusal] ?? "You cannot join this channel.";
      return this.say(`@msg-id=${refusal} :tmi.twitch.tv NOTICE #${login} :${text}`);
    }
    if (!this.rules.exists(login)) return;
    this.channels.add(login);
    this.say(`:${this.#nick}!${this.#nick}@${this.#nick}.tmi.twitch.tv JOIN #${login}`);
    if (!this.rules.faults.noRoomState) {
      const tags = `emote-only=0;followers-only=-1;r9k=0;room-id=${
        this.rules.roomId(login)
      };slow=0;subs-only=0`;
      this.say(`@${tags} :tmi.twitch.tv ROOMSTATE #${login}`);
    }
    this.say(`:${this.#nick}.tmi.twitch.tv 353 ${this.#nick} = #${login} :${this.#nick}`);
    this.say(`:${this.#nick}.tmi.twitch.tv 366 ${this.#nick} #${login} :End of /NAMES list`);
    this.watcher.clientJoined(this, login);
  }

  #part(login: string): void {
    if (!this.channels.delete(login)) return;
    this.say(`:${this.#nick}!${this.#nick}@${this.#nick}.tmi.twitch.tv PART #${login}`);
    this.watcher.clientParted(this, login);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const most = this.rules.faults.writeBytes ?? bytes.length;
    for (let at = 0; at < bytes.length; at += most) {
      const piece = bytes.subarray(at, at + most);
      await new Promise<void>((resolve, reject) => {
        const closed = () => reject(new Error("closed while writing"));
        this.socket.once("close", closed);
        this.socket.write(piece, (error) => {
          this.socket.off("close", closed);
          if (error) reject(error);
          else resolve();
        });
      });
    }
  }
}

/** Twitch's texts of refusals, by their `msg-id`. */
const REFUSAL_TEXTS: Readonly<Record<string, string>> = {
  msg_channel_suspended: "This channel does not exist or has been suspended.",
  msg_banned: "You are permanently banned from talking in this channel.",
  msg_room_not_found: "Could not join the room.",
  tos_ban: "The community has closed this channel due to Terms of Service violations.",
};
