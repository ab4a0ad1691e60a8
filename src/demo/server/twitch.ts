/**
 * A stand-in for Twitch's chat: a real IRC server over TLS on loopback. A test or a script decides which lines it
 * sends.
 */
import { createServer, type Server, type TLSSocket } from "node:tls";
import { parseLine } from "../../irc/syntax/parse.ts";
import { CA_CERT, CERT, KEY } from "./certificate.ts";
import { Client, type CloseReason, type Watcher } from "./client.ts";
import { HIGH_MARK, type Piece } from "./outbox.ts";
import { type Faults, inventedRoomId, type Rules } from "./rules.ts";
import type { Counters, StandIn, StandInOptions } from "./stand_in.ts";

/** @throws when the port is taken */
export async function startTwitch(options: StandInOptions = {}): Promise<StandIn> {
  // Not Deno.listenTls, whose sockets cannot switch off Nagle's algorithm: some lines would arrive 40 ms late.
  const server = createServer({ cert: CERT, key: KEY });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return new LoopbackTwitch(server, options);
}

class LoopbackTwitch implements StandIn, Watcher {
  readonly url: string;
  readonly caCert = CA_CERT;
  readonly port: number;
  readonly counters: Counters = {
    accepted: 0,
    open: 0,
    joins: 0,
    parts: 0,
    linesIn: 0,
    linesOut: 0,
    closed: { "left": 0, "dropped": 0, "too slow": 0, "join limit": 0, "login refused": 0 },
  };
  readonly #rules: Rules;
  readonly #server: Server;
  readonly #clients = new Set<Client>();
  readonly #channels = new Map<string, Set<Client>>();
  readonly #talks = new Set<Promise<void>>();
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #onSaid: ((line: string) => void) | undefined;
  #waiters: { condition: () => boolean; resolve: () => void }[] = [];
  #readyWaiters: (() => void)[] = [];
  /** When the last JOINs came. */
  #joins: number[] = [];

  constructor(server: Server, options: StandInOptions) {
    const given = options.roomId;
    this.#rules = {
      accounts: options.accounts ?? {},
      exists: options.exists ?? (() => true),
      roomId: (login) => given?.(login) ?? inventedRoomId(login),
      refusals: options.refusals ?? {},
      joinLimit: "joinLimit" in options ? options.joinLimit : { joins: 20, perMs: 10_000 },
      pingEveryMs: options.pingEveryMs ?? 300_000,
      faults: { ...options.faults },
    };
    this.#onLine = options.onLine;
    this.#onSaid = options.onSaid;
    this.#server = server.on("secureConnection", (socket) => this.#accept(socket));
    this.port = (server.address() as { port: number }).port;
    this.url = `ircs://127.0.0.1:${this.port}`;
  }

  get faults(): Faults {
    return this.#rules.faults;
  }

  set faults(faults: Faults) {
    this.#rules.faults = { ...faults };
  }

  roomId(login: string): number {
    return this.#rules.roomId(login);
  }

  send(line: string): number {
    const name = parseLine(line)?.params[0];
    if (name === undefined || !name.startsWith("#")) return 0;
    this.#onSaid?.(line);
    const there = this.#channels.get(name.slice(1).toLowerCase());
    if (there === undefined) return 0;
    for (const client of there) client.say(line);
    this.counters.linesOut += there.size;
    return there.size;
  }

  sendToAll(line: string): number {
    for (const client of this.#clients) client.say(line);
    this.counters.linesOut += this.#clients.size;
    return this.#clients.size;
  }

  sendRaw(piece: Piece): void {
    for (const client of this.#clients) client.sayRaw(piece);
  }

  ready(): Promise<void> {
    if (this.#isReady()) return Promise.resolve();
    return new Promise((resolve) => this.#readyWaiters.push(resolve));
  }

  joined(login: string): boolean {
    return (this.#channels.get(login)?.size ?? 0) > 0;
  }

  waitForJoin(login: string): Promise<void> {
    return this.when(() => this.joined(login));
  }

  when(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ condition, resolve }));
  }

  dropOne(): void {
    const [oldest] = this.#clients;
    oldest?.close("dropped");
  }

  async dropAll({ hard = false }: { hard?: boolean } = {}): Promise<void> {
    await Promise.all(
      [...this.#clients].map((client) => hard ? client.close("dropped") : client.closeAfter("dropped")),
    );
  }

  async cut(line: string): Promise<void> {
    const there = [...this.#channels.get(parseLine(line)?.params[0]?.slice(1) ?? "") ?? []];
    await Promise.all(there.map((client) => {
      client.sayRaw(line.slice(0, line.length / 2));
      return client.closeAfter("dropped");
    }));
  }

  reconnectAll(): void {
    for (const client of this.#clients) client.say(":tmi.twitch.tv RECONNECT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await this.dropAll({ hard: true });
    await Promise.all(this.#talks);
    await closed;
  }

  #accept(socket: TLSSocket): void {
    socket.setNoDelay(true);
    socket.on("error", () => {}); // Whoever reads or writes is told as well.
    const client = new Client(socket, this.#rules, this);
    this.#clients.add(client);
    this.counters.accepted++;
    this.counters.open++;
    const talk = client.talk().finally(() => this.#talks.delete(talk));
    this.#talks.add(talk);
    this.#changed();
  }

  #changed(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (waiter.condition()) waiter.resolve();
      else this.#waiters.push(waiter);
    }
  }

  #isReady(): boolean {
    for (const client of this.#clients) if (client.units > HIGH_MARK) return false;
    return true;
  }

  // Calls of its clients:

  mayJoin(): boolean {
    const limit = this.#rules.joinLimit;
    if (limit === undefined) return true;
    const now = performance.now();
    this.#joins = this.#joins.filter((at) => at > now - limit.perMs);
    this.#joins.push(now);
    return this.#joins.length <= limit.joins;
  }

  clientJoined(client: Client, login: string): void {
    const there = this.#channels.get(login);
    if (there) there.add(client);
    else this.#channels.set(login, new Set([client]));
    this.counters.joins++;
    this.#changed();
  }

  clientParted(client: Client, login: string): void {
    this.#leave(client, login);
    this.counters.parts++;
    this.#changed();
  }

  clientSaid(_client: Client, line: string): void {
    this.counters.linesIn++;
    this.#onLine?.(line);
  }

  clientEased(): void {
    if (this.#readyWaiters.length === 0 || !this.#isReady()) return;
    for (const resolve of this.#readyWaiters.splice(0)) resolve();
  }

  clientClosed(client: Client, why: CloseReason): void {
    this.#clients.delete(client);
    for (const login of client.channels) this.#leave(client, login);
    this.counters.open--;
    this.counters.closed[why]++;
    this.clientEased();
    this.#changed();
  }

  #leave(client: Client, login: string): void {
    const there = this.#channels.get(login);
    there?.delete(client);
    if (there?.size === 0) this.#channels.delete(login);
  }
}
