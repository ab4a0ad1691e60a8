/** The rows of the overflow file: `<received ms> <raw line>`, each with a sign at its end that it is whole. */

export interface OverflowLine {
  receivedAt: number;
  /** Empty for a row that was cut off. */
  line: string;
  /** Where the next line begins, in bytes. */
  upto: number;
}

/** How much of the file is read at once. */
export const READ_BYTES = 256 * 1024;
/** Stands at the end of a row: one without it was cut off by a crash or a full disk. */
const WHOLE = "\x1e";

/**
 * The rows of a piece of the file; one that goes on behind the piece is for the next read.
 * @param from where the piece begins in the file
 * @param size of the file: its last row may lack its end, after a crash
 * @param most rows that are read
 */
export function decodeRows(bytes: Uint8Array, from: number, size: number, most: number): OverflowLine[] {
  const decoder = new TextDecoder();
  const lines: OverflowLine[] = [];
  for (let at = 0; lines.length < most && at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    if (end < 0) {
      if (from + bytes.length === size) lines.push({ receivedAt: 0, line: "", upto: size });
      break;
    }
    const row = decoder.decode(bytes.subarray(at, end));
    at = end + 1;
    const whole = row.endsWith(WHOLE);
    const space = row.indexOf(" ");
    lines.push({
      receivedAt: whole ? Number(row.slice(0, space)) : 0,
      line: whole ? row.slice(space + 1, -WHOLE.length) : "",
      upto: from + at,
    });
  }
  return lines;
}

export function openIfThere(path: string, options: Deno.OpenOptions): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

export function firstLine(file: Deno.FsFile): string | undefined {
  const buffer = new Uint8Array(200);
  const bytes = buffer.subarray(0, file.readSync(buffer) ?? 0);
  const end = bytes.indexOf(10);
  return end < 0 ? undefined : new TextDecoder().decode(bytes.subarray(0, end));
}

/** When the last line was received that lies whole in the overflow file at `path`, where there is one. */
export function lastReceivedAt(path: string): number | undefined {
  using file = openIfThere(path, { read: true });
  if (!file) return undefined;
  file.seekSync(Math.max(0, file.statSync().size - READ_BYTES), Deno.SeekMode.Start);
  const buffer = new Uint8Array(READ_BYTES);
  const rows = new TextDecoder().decode(buffer.subarray(0, file.readSync(buffer) ?? 0)).split("\n");
  const last = rows.findLast((row) => row.endsWith(WHOLE));
  return last === undefined ? undefined : Number.parseInt(last);
}

export function encodeRow({ receivedAt, line }: { receivedAt: number; line: string }): string {
  return `${receivedAt} ${line}${WHOLE}\n`;
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
