/** Signs the deliveries of a webhook, so that the receiver can verify the sender. */
import { createHmac, randomBytes } from "node:crypto";

/** A new key, 64 hexadecimal digits. */
export function newSecret(): string {
  return randomBytes(32).toString("hex");
}

/**
 * The signature of a body: `sha256=` and the HMAC of the time, a dot and the body, in hexadecimal digits. The time is in the
 * signature so that nobody can send an old body again later.
 * @param secret the key as text
 * @param timestamp epoch seconds
 */
export function signatureOf(secret: string, timestamp: number, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}
