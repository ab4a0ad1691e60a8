/** Server-Sent Events, as bytes: written once, however many streams they go to. */

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
  // A message may contain a line break only as markup does: anywhere, and each line needs its field.
  for (const line of data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return encoder.encode(`${text}\n`);
}

/** Says that the stream is alive, and nothing else. */
export const SSE_BEAT = encoder.encode(":\n\n");

/** Tells a page that its channel is listened to (again), perhaps after a gap. */
export const SSE_JOINED = sseEvent({ name: "joined", data: "joined" });
