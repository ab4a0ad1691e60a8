/** A client for Server-Sent Events on a plain socket, because a thousand clients must use little CPU time. */

export interface SseOptions {
  /** The last received id, sent as Last-Event-ID. */
  after?: number;
  /** Called with received events, each complete. Without it, bytes are only counted. */
  heard?: (text: string) => void;
}

/** An open stream. It reads all the time unless it is paused; then the server's socket becomes full. */
export class SseClient implements Disposable {
  /** The id of the last received event. */
  lastId = 0;
  /** Received bytes. */
  bytes = 0;
  /** Resolves when the server ends the stream or the client closes it. */
  readonly ended: Promise<void>;
  readonly #socket: Deno.TcpConn;
  readonly #heard: SseOptions["heard"];
  #resumed: PromiseWithResolvers<void> | undefined;

  private constructor(socket: Deno.TcpConn, heard: SseOptions["heard"]) {
    this.#socket = socket;
    this.#heard = heard;
    this.ended = this.#read();
  }

  static async open(address: string, { after, heard }: SseOptions = {}): Promise<SseClient> {
    const { hostname, port, host, pathname, search } = new URL(address);
    const socket = await Deno.connect({ hostname, port: Number(port) });
    const lines = [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host}`, "Connection: close"];
    if (after !== undefined) lines.push(`Last-Event-ID: ${after}`);
    await socket.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
    return new SseClient(socket, heard);
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#resumed?.resolve();
    this.#resumed = undefined;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    const decoder = new TextDecoder();
    let rest = "";
    try {
      while (true) {
        await this.#resumed?.promise;
        const size = await this.#socket.read(buffer);
        if (size === null) return;
        this.bytes += size;
        if (!this.#heard) continue;
        rest += decoder.decode(buffer.subarray(0, size), { stream: true });
        const end = rest.lastIndexOf("\n\n") + 2;
        if (end > 1) this.#heardOf(rest.slice(0, end));
        rest = rest.slice(end > 1 ? end : 0);
      }
    } catch {
      // The client closed the socket.
    }
  }

  #heardOf(events: string): void {
    // The first line of the stream has no line end before it.
    const at = events.lastIndexOf("\nid: ");
    if (at >= 0) this.lastId = parseInt(events.slice(at + 5, at + 30));
    else if (events.startsWith("id: ")) this.lastId = parseInt(events.slice(4, 30));
    this.#heard?.(events);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
