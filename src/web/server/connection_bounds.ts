/** How many connections and streams may be open, in all and from one client. */

export interface ConnectionBounds {
  /** Connections in all. */
  total: number;
  /** Connections from one address, which a trusted proxy and this machine itself are exempt from. */
  perAddress: number;
  /** Live streams in all: the rest stays free for pages. */
  streams: number;
  /** Live streams of one client; this machine itself is exempt, but not who comes through a trusted proxy. */
  streamsPerClient: number;
}

/** Descriptors that HTTP leaves to recording: the archive's files, its readers, and connections to Twitch. */
export const RESERVED_DESCRIPTORS = 256;

/**
 * The bounds for a process that can open `descriptors` more files and sockets: of few descriptors HTTP gets at most half.
 * Below 32 connections nothing works, whatever the system grants.
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
 * How many files this process can open at once, at most `enough`. Deno cannot ask for the limit (`ulimit -n`), so they are
 * opened, and closed: to be called before anything else runs. @param path a file that may be read, on a real file system
 */
export function countFreeDescriptors(path: string | URL, enough: number): number {
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < enough) files.push(Deno.openSync(path));
  } catch (error) {
    // A file that cannot be opened for another reason says nothing about the limit.
    if (!isOutOfDescriptors(error)) return enough;
  } finally {
    for (const file of files) file.close();
  }
  return files.length;
}

/** EMFILE of the process, ENFILE of the system. */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === "EMFILE" || code === "ENFILE" || /\(os error 2[34]\)/.test(String(error));
}
