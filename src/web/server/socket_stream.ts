/** A TCP connection as the Node stream that `node:http` reads requests from and writes answers to. */
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** Bytes that are read, or wait to be written, before the other side is held up. */
const BUFFER_BYTES = 64 * 1024;

export interface SocketEvents {
  /** Bytes of the client arrived. */
  received(): void;
  /** Bytes are handed to the system, or it took some of them, which shows that the client reads. */
  writing(): void;
}

/**
 * `node:net`'s own server is not used: under Deno 2.9 its accept loop ends for good, without an error, when the process has
 * no free descriptor, and it accepts a whole backlog before it asks whether there is room.
 */
export class SocketStream extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Bytes wait for the client to read. */
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
   * Writes past the stream, at a third of its cost: for live streams, once all that was written through it is out. Resolves
   * when the system has taken the bytes. @throws where the client has gone
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

  // What `node:http` calls on a socket: times are kept by Connections, for all states of a connection in one place.
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
