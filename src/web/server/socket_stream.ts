/** A TCP connection as a Node stream, for `node:http` to read requests from and write responses to. */
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** High-water mark of reading and writing, in bytes. */
const BUFFER_BYTES = 64 * 1024;

export interface SocketEvents {
  /** Called when bytes of the client arrive. */
  received(): void;
  /** Called when a write starts or the system has taken some bytes, which shows that the client reads. */
  writing(): void;
}

/**
 * It replaces the server of `node:net`: under Deno 2.9 that server's accept loop ends permanently and without
 * an error when the process has no free descriptor, and it accepts a whole backlog before it checks the
 * limits.
 */
export class SocketStream extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Whether bytes wait for the client to read them. */
  isWriting = false;
  readonly #socket: Deno.TcpConn;
  readonly #events: SocketEvents;
  readonly #buffer = new Uint8Array(BUFFER_BYTES / 4);

  constructor(socket: Deno.TcpConn, events: SocketEvents) {
    super({ allowHalfOpen: true, highWaterMark: BUFFER_BYTES });
    this.#socket = socket;
    this.#events = events;
    this.remoteAddress = socket.remoteAddr.hostname;
    this.remotePort = socket.remoteAddr.port;
    socket.setNoDelay(true);
  }

  override async _read(): Promise<void> {
    try {
      const size = await this.#socket.read(this.#buffer);
      if (size === null) return void this.push(null);
      this.#events.received();
      this.push(Buffer.from(this.#buffer.slice(0, size).buffer));
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    void this.#writeAll(chunk, done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: (error?: Error) => void): void {
    void this.#writeAll(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  /**
   * Writes to the socket directly, at a third of the cost of the stream. For live streams, after all bytes
   * written through the stream are sent. Resolves when the system has taken the bytes.
   * @throws if the client has disconnected
   */
  async writeDirectly(bytes: Uint8Array): Promise<void> {
    this.isWriting = true;
    try {
      for (let at = 0; at < bytes.length;) {
        this.#events.writing();
        at += await this.#socket.write(at === 0 ? bytes : bytes.subarray(at));
      }
    } finally {
      this.isWriting = false;
    }
  }

  async #writeAll(bytes: Uint8Array, done: (error?: Error) => void): Promise<void> {
    try {
      await this.writeDirectly(bytes);
    } catch (error) {
      return done(error as Error);
    }
    done();
  }

  override _final(done: () => void): void {
    this.#socket.closeWrite().then(() => done(), () => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    try {
      this.#socket.close();
    } catch {
      // It was closed already.
    }
    done(error);
  }

  // `node:http` calls these on a socket. Connections has the timeouts for all states of a connection in one
  // place.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
