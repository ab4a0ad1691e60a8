/**
 * Packs Twitch's ids of messages: a UUID as 16 bytes, an id in base64url (which lines of some years have) as its bytes,
 * fewer than 16, and any other text unchanged.
 */
import { UUID_BYTES, writeUuid } from "../../../chat/uuid.ts";

/** Maximum bytes of a packed id. */
export const ID_BYTES = UUID_BYTES;

/** Maximum length of an id in base64url: longer ones could have as many bytes as a UUID. */
const BASE64_LENGTH = 20;
const BASE64 = /^[A-Za-z0-9_-]+$/;

export type PackedId = Uint8Array | string;

/** Writes the bytes of an id at an offset. @returns their number; 0 if the id must be stored as text */
export function writeId(id: string, bytes: Uint8Array, at: number): number {
  if (id.length === 36) return writeUuid(id, bytes, at) ? ID_BYTES : 0;
  if (id.length > BASE64_LENGTH || id.length < 2 || !BASE64.test(id)) return 0;
  let decoded;
  try {
    decoded = Uint8Array.fromBase64(id, { alphabet: "base64url" });
  } catch {
    return 0;
  }
  if (toBase64(decoded) !== id) return 0;
  bytes.set(decoded, at);
  return decoded.length;
}

/** The id as it is stored: bytes if possible, else the text. */
export function packId(id: string | undefined): PackedId | null {
  if (id === undefined) return null;
  const bytes = new Uint8Array(ID_BYTES);
  const length = writeId(id, bytes, 0);
  return length === 0 ? id : bytes.subarray(0, length);
}

/** The inverse of {@link packId}. */
export function unpackId(packed: PackedId | null): string | undefined {
  if (packed === null) return undefined;
  if (typeof packed === "string") return packed;
  if (packed.length < ID_BYTES) return toBase64(packed);
  const hex = packed.toHex();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether both ids are there and equal. */
export function sameId(a: PackedId | null, b: PackedId | null): boolean {
  if (typeof a === "string" || typeof b === "string" || a === null || b === null) {
    return a === b && a !== null;
  }
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
