/** Formats Server-Sent Events as bytes, once for all streams. */

export interface SseEvent {
  id?: number;
  name?: string;
  data: string;
}

const encoder = new TextEncoder();

export function sseEvent({ id, name, data }: SseEvent): Uint8Array<ArrayBuffer> {
  let text = "";
  if (name !== undefined) text += `event: ${name}\n`;
  if (id !== undefined) text += `id: ${id}\n`;
  // Markup may contain line breaks anywhere, and each line needs its own field.
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return encoder.encode(`${text}\n`);
}

/** A heartbeat: a comment that keeps the stream open. */
export const SSE_HEARTBEAT = encoder.encode(":\n\n");

/** Tells a page that its channel was joined (again), perhaps after a gap. */
export const SSE_JOINED = sseEvent({ name: "joined", data: "joined" });
