/** The pages over a new archive. */
import { createApp, type Deps, renderAnnouncement } from "../../routes/mod.ts";
import { createHub, type Hub } from "../../src/live/hub.ts";
import { SSE_BEAT, SSE_JOINED } from "../../src/web/sse.ts";
import type { ArchiveReader } from "../../src/archive/archive.ts";
import { openSqliteReader } from "../../src/archive/sqlite/threads/local_reader.ts";
import { archiveFile } from "./archive_file.ts";
import { TestRecorder } from "./test_recorder.ts";

export interface TestSite extends Disposable {
  /** A reader on this thread. A test may put a method of its own in the place of one. */
  archive: ArchiveReader;
  recorder: TestRecorder;
  hub: Hub;
  app: ReturnType<typeof createApp>;
  /** The pages' answer to a request of this machine. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The same for whoever asks from `peer`, under any address. */
  requestFrom(peer: string, url: string, init?: RequestInit): Promise<Response>;
  /** What was logged as a fault. */
  faults: Record<string, unknown>[];
  /** What the pages asked the archive so far, by method: each of them is a message to a reader's thread and back. */
  calls: string[];
}

export function testSite(
  config: Partial<Deps["config"]> = {},
  now?: () => number,
  { clock, streams }: Pick<Deps, "clock" | "streams"> = {},
): TestSite {
  const file = archiveFile();
  const archive = openSqliteReader({ path: file.path });
  const recorder = new TestRecorder(file.writer, now);
  const faults: Record<string, unknown>[] = [];
  const hub = createHub({
    recorder,
    render: renderAnnouncement,
    beat: SSE_BEAT,
    joinedEvent: SSE_JOINED,
    onFault: (error) => faults.push({ error }),
  });
  recorder.onEvents = (announcement) => hub.announce(announcement);
  const calls: string[] = [];
  const app = createApp({
    archive: noting(archive, calls),
    recorder,
    hub,
    config: { loopback: true, version: "test", ...config },
    staticRoot: new URL("../../static/", import.meta.url),
    log: { debug() {}, info() {}, error: (_message, properties) => void faults.push(properties) },
    now,
    clock,
    streams,
  });
  return {
    archive,
    recorder,
    hub,
    app,
    faults,
    calls,
    requestFrom: async (peer, url, init) =>
      await app.request(url, init, { remoteAddr: { hostname: peer, port: 4711 } }),
    request: async (path, init) => await app.request(`http://localhost${path}`, init),
    [Symbol.dispose]() {
      hub[Symbol.dispose]();
      // On this thread it is closed when the call returns.
      void archive[Symbol.asyncDispose]();
      file[Symbol.dispose]();
    },
  };
}

/** The same archive, whose methods note that they were called. */
function noting(archive: ArchiveReader, calls: string[]): ArchiveReader {
  return new Proxy(archive, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      // `faults` is answered on this thread.
      if (typeof value !== "function" || typeof name === "symbol" || name === "faults") return value;
      return (...args: unknown[]) => {
        calls.push(name);
        return value.apply(target, args);
      };
    },
  });
}
