/** Limits of connections and live streams, in total and per client. */

export interface ConnectionBounds {
  /** Connections in total. */
  total: number;
  /** Connections from one address. Trusted proxies and this machine are exempt. */
  perAddress: number;
  /** Live streams in total. The remaining connections are for pages. */
  streams: number;
  /** Live streams of one client. This machine is exempt, but not clients behind a trusted proxy. */
  streamsPerClient: number;
}

/** Descriptors that HTTP leaves to recording: the archive's files, its readers, and connections to Twitch. */
export const RESERVED_DESCRIPTORS = 256;

/**
 * Returns the limits for a process that can open `descriptors` more files and sockets. If there are few, HTTP
 * gets at most half, but at least 32 connections, because fewer do not work.
 */
export function connectionBounds(wanted: number, descriptors: number): ConnectionBounds {
  const free = Math.max(descriptors - RESERVED_DESCRIPTORS, Math.floor(descriptors / 2));
  const total = Math.max(32, Math.min(wanted, free));
  const streams = Math.floor(total * 0.75);
  return {
    total,
    perAddress: Math.min(100, Math.floor(total / 2)),
    streams,
    streamsPerClient: Math.min(50, Math.floor(streams / 2)),
  };
}

/**
 * Returns how many files this process can open, at most `max`. Deno cannot read the limit (`ulimit -n`),
 * so this opens and closes files: call it before anything else runs.
 * @param path a readable file on a real file system
 */
export function countFreeDescriptors(path: string | URL, max: number): number {
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < max) files.push(Deno.openSync(path));
  } catch (error) {
    // Another error says nothing about the limit.
    if (!isOutOfDescriptors(error)) return max;
  } finally {
    for (const file of files) file.close();
  }
  return files.length;
}

/** Whether it is EMFILE (limit of the process) or ENFILE (limit of the system). */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "EMFILE" || code === "ENFILE" || /\(os error 2[34]\)/.test(String(error));
}
