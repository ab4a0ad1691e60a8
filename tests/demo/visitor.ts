/** Somebody who connects to the stand-in and reads along. */
import assert from "node:assert/strict";
import type { StandIn } from "../../src/demo/server/stand_in.ts";
import { type IrcConnection, openConnection } from "../../src/irc/connection.ts";
import { joinLines, loginLines } from "../../src/irc/commands.ts";

export class Visitor implements AsyncDisposable {
  /** All that came. */
  readonly lines: string[] = [];
  readonly #connection: IrcConnection;

  private constructor(connection: IrcConnection) {
    this.#connection = connection;
  }

  /** Connects, and says these lines. */
  static async say(standIn: Pick<StandIn, "url" | "caCert">, ...lines: string[]): Promise<Visitor> {
    const visitor = new Visitor(await openConnection({ url: standIn.url, caCerts: [standIn.caCert] }));
    await visitor.say(...lines);
    return visitor;
  }

  /** Connects, logs in without an account, and joins. */
  static join(standIn: Pick<StandIn, "url" | "caCert">, ...logins: string[]): Promise<Visitor> {
    return Visitor.say(standIn, ...loginLines({ login: "justinfan7" }), ...joinLines(logins));
  }

  say(...lines: string[]): Promise<void> {
    return this.#connection.send(...lines);
  }

  /** Reads until a line has this in it, and hands that line back. */
  async until(text: string): Promise<string> {
    for (let looked = 0;;) {
      for (; looked < this.lines.length; looked++) {
        if (this.lines[looked]!.includes(text)) return this.lines[looked]!;
      }
      const incoming = await this.#connection.read();
      assert.ok(incoming, `ended without ${JSON.stringify(text)}`);
      this.lines.push(...incoming.lines);
    }
  }

  /** Reads until the connection ends. */
  async untilEnd(): Promise<string[]> {
    for (let incoming; (incoming = await this.#connection.read());) this.lines.push(...incoming.lines);
    return this.lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}
