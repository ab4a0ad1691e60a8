/** Requests to other servers, bounded in time and in size. */
import { messageOf } from "./chat/errors.ts";

/** The server did not answer, or not as expected. */
export class RequestError extends Error {
  override name = "RequestError";
  /** @param isPassing whether the same request may succeed later, because the server is slow, down or busy */
  constructor(message: string, readonly isPassing: boolean, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The limits of a request. */
export interface RequestBounds {
  /** The media types of the request's `Accept`. */
  accept: string;
  timeoutMs: number;
  /** Of the body, after decompression. */
  maxBytes: number;
  /** Cancels the request. */
  signal: AbortSignal;
  headers?: Record<string, string>;
  /** If set, the request is a POST with this body. */
  body?: string;
}

/** A complete answer: neither a redirect, nor 429, nor a fault of the server. */
export interface Answer {
  status: number;
  body: Uint8Array<ArrayBuffer>;
}

/** Requests an address. @throws {RequestError} */
export async function request(
  address: URL,
  { accept, timeoutMs, maxBytes, signal, headers, body }: RequestBounds,
): Promise<Answer> {
  const bound = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await fetch(address, {
      method: body === undefined ? "GET" : "POST",
      headers: { ...headers, Accept: accept },
      body,
      // A redirect could lead to another host, for which the program has no permission.
      redirect: "error",
      signal: bound,
    });
    const { status } = response;
    if (status === 429 || status >= 500) throw new RequestError(`it answered ${status}`, true);
    return { status, body: await readBody(response, maxBytes) };
  } catch (error) {
    if (error instanceof RequestError) throw error;
    const why = bound.aborted ? `no answer within ${timeoutMs / 1_000} s` : messageOf(error);
    throw new RequestError(why, true, { cause: error });
  }
}

/** Parses the JSON of an answer. @throws {RequestError} */
export function jsonOf({ status, body }: Answer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new RequestError(`it answered ${status} without JSON`, false, { cause: error });
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new RequestError(`the answer is longer than ${maxBytes} bytes`, false);
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
