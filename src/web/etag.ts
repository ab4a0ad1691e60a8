/** Names for content, by which a browser asks whether it has changed. */
import { createHash } from "node:crypto";

/** Weak, since it stands for the compressed form as well. */
export function etagOf(bytes: Uint8Array): string {
  return `W/"${createHash("sha256").update(bytes).digest("hex").slice(0, 20)}"`;
}

/** Whether `If-None-Match` names this content. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch?.trim() === "*") return true;
  const bare = etag.replace(/^W\//, "");
  return ifNoneMatch?.match(/"[^"]*"/g)?.includes(bare) ?? false;
}
