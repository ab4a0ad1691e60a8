/** One connection to an IRC server: bytes and lines. Callers interpret the lines and decide when to close it. */
import { LineSplitter } from "./lines.ts";

/** Why a connection could not be opened, or why it broke. The message is shown to users. */
export class LinkError extends Error {
  override name = "LinkError";
}

interface ConnectOptions {
  /** `ircs://host:port` for TLS; `irc://host:port` without it, for loopback only. */
  url: string;
  /** PEM certificates to trust in addition to the system's. */
  caCerts?: string[];
  /** Ends the connection, or the attempt to connect. */
  signal?: AbortSignal;
  /** The timeout for connecting, including TLS. */
  timeoutMs?: number;
  /** The timeout for one write; {@link MAX_WRITE_MS} by default. */
  writeTimeoutMs?: number;
}

export interface Incoming {
  lines: string[];
  /** The first bytes of each line that was too long (see `lines.ts`); mostly empty. */
  overlong: string[];
}

export interface IrcConnection extends AsyncDisposable {
  /**
   * Reads from the socket once and returns the lines that are complete now, perhaps none; `undefined` once the connection
   * has ended. Without reads the server has to wait, and nothing is buffered here. Only one read at a time.
   * @throws {LinkError} if the connection breaks
   */
  read(): Promise<Incoming | undefined>;
  /**
   * Writes lines, in the order of the calls. Closes the connection if the server does not read: if more than
   * {@link MAX_UNSENT_BYTES} wait, or one write takes longer than {@link MAX_WRITE_MS}.
   * @throws {LinkError} if the connection breaks
   */
  send(...lines: string[]): Promise<void>;
  /** Closes the connection at once; a pending read resolves to `undefined`. Idempotent. */
  close(): void;
}

const READ_BYTES = 64 * 1024;

/**
 * The largest number of unsent bytes: the answers to all PINGs that one read of the socket can contain. All JOINs of a
 * full connection are about 1,500 bytes.
 */
export const MAX_UNSENT_BYTES = 256 * 1024;

/** The timeout of a write. A write waits only while the system's buffers are full, because the server does not read. */
const MAX_WRITE_MS = 5_000;

/** Connects. @throws {LinkError} if the address is invalid, or the connection fails or takes too long */
export async function openConnection(options: ConnectOptions): Promise<IrcConnection> {
  const address = parseAddress(options.url);
  const where = `${address.hostname}:${address.port}`;
  const timeoutMs = options.timeoutMs ?? 10_000;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let socket: Deno.Conn;
  try {
    socket = await untilAborted(connect(address, options.caCerts), signal);
  } catch (cause) {
    const why = timeout.aborted && cause === timeout.reason
      ? `no answer within ${timeoutMs} ms`
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new LinkError(`cannot connect to ${where}: ${why}`, { cause });
  }
  return new SocketConnection(socket, where, options.signal, options.writeTimeoutMs ?? MAX_WRITE_MS);
}

interface Address {
  hostname: string;
  port: number;
  tls: boolean;
}

/** Parses an `irc://` or `ircs://` address. @throws {LinkError} if it is invalid, or has no TLS and is not loopback */
export function parseAddress(text: string): Address {
  const match = /^(ircs?):\/\/(?:\[([0-9a-fA-F:]+)\]|([^\s:/?#@[\]]+))(?::(\d{1,5}))?\/?$/.exec(text);
  if (!match) throw new LinkError(`cannot connect to ${text}: not an address like ircs://host:port`);
  const tls = match[1] === "ircs";
  const hostname = match[2] ?? match[3]!;
  const port = Number(match[4] ?? (tls ? 6697 : 6667));
  if (port < 1 || port > 65_535) throw new LinkError(`cannot connect to ${text}: ${port} is not a port`);
  if (!tls && !isLoopback(hostname)) {
    throw new LinkError(
      `cannot connect to ${text}: irc:// (without TLS) is for this machine only, use ircs://`,
    );
  }
  return { hostname, port, tls };
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

async function connect({ hostname, port, tls }: Address, caCerts?: string[]): Promise<Deno.Conn> {
  const socket = await Deno.connect({ hostname, port });
  try {
    socket.setNoDelay(true);
    if (!tls) return socket;
    const secured = await Deno.startTls(socket, { hostname, caCerts });
    await secured.handshake();
    return secured;
  } catch (error) {
    close(socket);
    throw error;
  }
}

/** Returns the socket. If the signal aborts first, rejects, and closes the socket if it still connects. */
function untilAborted(connecting: Promise<Deno.Conn>, signal: AbortSignal): Promise<Deno.Conn> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      connecting.then(close, () => {});
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    connecting.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function close(socket: Deno.Conn): void {
  try {
    socket.close();
  } catch {
    // Already closed, or TLS has taken over its handle.
  }
}

class SocketConnection implements IrcConnection {
  #socket: Deno.Conn;
  #where: string;
  #signal: AbortSignal | undefined;
  #splitter = new LineSplitter();
  #buffer = new Uint8Array(READ_BYTES);
  #sent: Promise<void> = Promise.resolve();
  #unsentBytes = 0;
  #closed = false;
  /** Why this class, not the caller, closed the connection. */
  #failure: LinkError | undefined;

  constructor(
    socket: Deno.Conn,
    where: string,
    signal: AbortSignal | undefined,
    private readonly writeTimeoutMs: number,
  ) {
    this.#socket = socket;
    this.#where = where;
    this.#signal = signal;
    signal?.addEventListener("abort", this.close);
    if (signal?.aborted) this.close();
  }

  async read(): Promise<Incoming | undefined> {
    let bytes: number | null = null;
    try {
      if (!this.#closed) bytes = await this.#socket.read(this.#buffer);
    } catch (cause) {
      if (!this.#closed) throw this.#broken("reading from", cause);
    }
    if (this.#failure) throw this.#failure;
    if (bytes === null) return undefined;
    const lines = this.#splitter.push(this.#buffer.subarray(0, bytes));
    return { lines, overlong: this.#splitter.takeOverlong() };
  }

  send(...lines: string[]): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
    if (this.#unsentBytes + bytes.length > MAX_UNSENT_BYTES) {
      return Promise.reject(this.#giveUp(`${this.#unsentBytes} bytes wait`));
    }
    this.#unsentBytes += bytes.length;
    const sending = this.#sent.then(() => this.#write(bytes));
    this.#sent = sending.catch(() => {});
    return sending;
  }

  close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    this.#signal?.removeEventListener("abort", this.close);
    close(this.#socket);
  };

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return this.#sent;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const timeout = setTimeout(
      () => this.#giveUp(`a write took longer than ${this.writeTimeoutMs} ms`),
      this.writeTimeoutMs,
    );
    try {
      for (let at = 0; at < bytes.length;) at += await this.#socket.write(bytes.subarray(at));
      this.#unsentBytes -= bytes.length;
    } catch (cause) {
      throw this.#failure ?? this.#broken("writing to", cause);
    } finally {
      clearTimeout(timeout);
    }
  }

  /** Closes the connection, because the server does not read and unsent bytes would fill the memory. */
  #giveUp(how: string): LinkError {
    this.#failure ??= new LinkError(`${this.#where} does not read: ${how}`);
    this.close();
    return this.#failure;
  }

  #broken(doing: string, cause: unknown): LinkError {
    // Servers often end a connection without closing TLS. The runtime's own message is only a link to its manual.
    if (cause instanceof Deno.errors.UnexpectedEof) {
      return new LinkError(`${this.#where} closed the connection without closing TLS`, { cause });
    }
    const why = this.#closed ? "it is closed" : cause instanceof Error ? cause.message : String(cause);
    return new LinkError(`${doing} ${this.#where} failed: ${why}`, { cause });
  }
}
