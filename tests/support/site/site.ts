/** The pages with a new archive. */
import { createApp, type Deps } from "../../../routes/mod.ts";
import { createHub, type Hub } from "../../../src/live/hub.ts";
import { SSE_HEARTBEAT, SSE_JOINED } from "../../../src/web/sse.ts";
import type { ArchiveReader } from "../../../src/archive/reader.ts";
import { openSqliteReader } from "../archive/local_reader.ts";
import { archiveFile } from "../archive/test_archive.ts";
import { TestRecorder } from "./test_recorder.ts";

export interface TestSite extends Disposable {
  /** A reader on this thread. Tests may replace its methods. */
  archive: ArchiveReader;
  recorder: TestRecorder;
  /** The archive's file. */
  path: string;
  hub: Hub;
  app: ReturnType<typeof createApp>;
  /** Sends a request from this machine. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a request from the address `peer` for any URL. */
  requestFrom(peer: string, url: string, init?: RequestInit): Promise<Response>;
  /** Properties of logged errors. */
  faults: Record<string, unknown>[];
  /**
   * The archive's methods that the pages have called. In the program each call is a round trip to a reader's
   * thread.
   */
  calls: string[];
}

export function testSite(
  config: Partial<Deps["config"]> = {},
  now?: () => number,
  { clock, streams }: Pick<Deps, "clock" | "streams"> = {},
): TestSite {
  const file = archiveFile();
  const archive = openSqliteReader({ path: file.path, hasDeadlines: false });
  const recorder = new TestRecorder(file.writer, now);
  const faults: Record<string, unknown>[] = [];
  const hub = createHub({
    recorder,
    heartbeat: SSE_HEARTBEAT,
    joinedEvent: SSE_JOINED,
    onFault: (error) => faults.push({ error }),
  });
  recorder.onEvents = (events) => hub.announce(events);
  const calls: string[] = [];
  const app = createApp({
    archive: recordCalls(archive, calls),
    recorder,
    hub,
    config: { loopback: true, version: "test", ...config },
    staticRoot: new URL("../../../static/", import.meta.url),
    log: { debug() {}, info() {}, error: (_message, properties) => void faults.push(properties) },
    now,
    clock,
    streams,
  });
  return {
    archive,
    recorder,
    path: file.path,
    hub,
    app,
    faults,
    calls,
    requestFrom: async (peer, url, init) =>
      await app.request(url, asBrowser(init), { remoteAddr: { hostname: peer, port: 4711 } }),
    request: async (path, init) => await app.request(`http://localhost${path}`, asBrowser(init)),
    [Symbol.dispose]() {
      hub[Symbol.dispose]();
      // A reader on this thread is closed when the call returns.
      void archive[Symbol.asyncDispose]();
      file[Symbol.dispose]();
    },
  };
}

/** A site whose archive records these channels: the first has id 1. */
export function recordingSite(logins: string[], ...args: Parameters<typeof testSite>): TestSite {
  const site = testSite(...args);
  // The recorder of a test adds channels before it returns.
  void site.recorder.addChannels(logins);
  return site;
}

/** A site whose archive records #lake, with id 1. */
export const lakeSite = (...args: Parameters<typeof testSite>): TestSite => recordingSite(["lake"], ...args);

/** Browsers ask for pages. */
function asBrowser(init: RequestInit = {}): RequestInit {
  const headers = new Headers(init.headers);
  if (!headers.has("Accept")) headers.set("Accept", "text/html,*/*;q=0.8");
  return { ...init, headers };
}

/** `faults` is answered on this thread, and only the sender of webhooks calls `webhooks`. */
const NOT_OF_PAGES: ReadonlySet<string> = new Set(["faults", "webhooks"]);

/** Returns the archive with methods that add their names to `calls`. */
function recordCalls(archive: ArchiveReader, calls: string[]): ArchiveReader {
  return new Proxy(archive, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name === "symbol" || NOT_OF_PAGES.has(name)) return value;
      return (...args: unknown[]) => {
        calls.push(name);
        return value.apply(target, args);
      };
    },
  });
}
