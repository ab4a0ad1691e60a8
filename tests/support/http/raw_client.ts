/** A client that writes bytes to a socket, for requests that no HTTP client sends. */
import { until } from "../until.ts";
import type { Served } from "./served.ts";

/** The shortest request. */
export const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Opens a connection and sends `text`. */
export async function connect({ addr }: Served, text = "") {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: addr.port });
  await socket.write(new TextEncoder().encode(text));
  const client = { heard: "", isOpen: true, socket, [Symbol.dispose]: () => client.isOpen && socket.close() };
  return client;
}

export type Client = Awaited<ReturnType<typeof connect>>;

/** Reads until the connection ends or the text contains `until`. */
export async function read(client: Client, until?: string): Promise<string> {
  const buffer = new Uint8Array(64 * 1024);
  while (until === undefined || !client.heard.includes(until)) {
    const size = await client.socket.read(buffer).catch(() => null);
    if (size === null) break;
    client.heard += new TextDecoder().decode(buffer.subarray(0, size));
  }
  return client.heard;
}

/** Opens a connection and waits until the server has read its bytes, so that its timeout has started. */
export async function begin(server: Served, text: string): Promise<Client> {
  const { connections } = server.status();
  const client = await connect(server, text);
  await until(() => server.status().connections > connections);
  if (text !== "") {
    using other = await connect(server, REQUEST);
    await read(other, "\r\n\r\n");
  }
  await until(() => server.status().connections === connections + 1);
  return client;
}
