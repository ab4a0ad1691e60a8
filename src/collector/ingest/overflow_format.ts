/** The rows of the overflow file: `<received ms> <raw line>`, each with an end mark. */

export interface OverflowLine {
  receivedAt: number;
  /** Empty for an incomplete row. */
  line: string;
  /** Byte offset of the next row. */
  offset: number;
}

/** Bytes of the file that are read at once. */
export const READ_BYTES = 256 * 1024;
/** Marks the end of a row. A crash or a full disk leaves a row without it. */
const END_MARK = "\x1e";

/**
 * The rows of a piece of the file, without a last one that continues after the piece.
 * @param from byte offset of the piece
 * @param size bytes of the file; its last row may be incomplete after a crash
 * @param most maximum number of rows
 */
export function decodeRows(bytes: Uint8Array, from: number, size: number, most: number): OverflowLine[] {
  const decoder = new TextDecoder();
  const lines: OverflowLine[] = [];
  for (let at = 0; lines.length < most && at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    if (end < 0) {
      if (from + bytes.length === size) lines.push({ receivedAt: 0, line: "", offset: size });
      break;
    }
    const row = decoder.decode(bytes.subarray(at, end));
    at = end + 1;
    const whole = row.endsWith(END_MARK);
    const space = row.indexOf(" ");
    lines.push({
      receivedAt: whole ? Number(row.slice(0, space)) : 0,
      line: whole ? row.slice(space + 1, -END_MARK.length) : "",
      offset: from + at,
    });
  }
  return lines;
}

/** Opens a file; `undefined` if it does not exist. */
export function openIfThere(path: string, options: Deno.OpenOptions): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The first line of a file, at most 200 bytes; `undefined` if it has no line feed. */
export function firstLine(file: Deno.FsFile): string | undefined {
  const buffer = new Uint8Array(200);
  const bytes = buffer.subarray(0, file.readSync(buffer) ?? 0);
  const end = bytes.indexOf(10);
  return end < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, end));
}

/** When the last complete row of the overflow file at `path` was received; `undefined` if there is none. */
export function lastReceivedAt(path: string): number | undefined {
  using file = openIfThere(path, { read: true });
  if (!file) return undefined;
  file.seekSync(Math.max(0, file.statSync().size - READ_BYTES), Deno.SeekMode.Start);
  const buffer = new Uint8Array(READ_BYTES);
  const rows = new TextDecoder().decode(buffer.subarray(0, file.readSync(buffer) ?? 0)).split("\n");
  const last = rows.findLast((row) => row.endsWith(END_MARK));
  return last === undefined ? undefined : Number.parseInt(last);
}

export function encodeRow({ receivedAt, line }: { receivedAt: number; line: string }): string {
  return `${receivedAt} ${line}${END_MARK}\n`;
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
