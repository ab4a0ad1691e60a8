/** UUIDs as bytes. */

export const UUID_BYTES = 16;
/** The offset of each byte's two digits in a canonical UUID. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const HYPHENS = [8, 13, 18, 23];
const HYPHEN = 45;

/**
 * Writes the {@link UUID_BYTES} of a canonical UUID. Returns false for any other text, and for upper-case digits, which
 * could not be restored.
 */
export function writeUuid(uuid: string, bytes: Uint8Array, at: number): boolean {
  if (uuid.length !== 36) return false;
  for (const hyphen of HYPHENS) if (uuid.charCodeAt(hyphen) !== HYPHEN) return false;
  for (let i = 0; i < UUID_BYTES; i++) {
    const from = DIGITS[i]!;
    const high = nibble(uuid.charCodeAt(from));
    const low = nibble(uuid.charCodeAt(from + 1));
    if (high < 0 || low < 0) return false;
    bytes[at + i] = high << 4 | low;
  }
  return true;
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}
