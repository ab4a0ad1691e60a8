/** An HTTP client for recent-messages services. */
import { messageOf } from "../../chat/errors.ts";

/** The number of lines in a request, which is the limit of services of this kind. */
const PAGE = 800;
/** 800 of the longest lines that Twitch sends are about 7 MB. */
const MAX_BYTES = 8_000_000;

/** The service did not answer, or not as expected. */
export class HistoryError extends Error {
  override name = "HistoryError";
  /** @param passing whether the service is slow, down or busy, so that the same request may succeed later */
  constructor(message: string, readonly passing: boolean, options?: ErrorOptions) {
    super(message, options);
  }
}

interface HistoryQuestion {
  /** The service's address, with the placeholder `{login}` for the channel. */
  url: string;
  login: string;
  /** Only lines that the service received before this, epoch milliseconds. */
  before: number;
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Returns the newest lines that the service has, oldest first; none if it does not know the channel. The request has no
 * `after`, because only a line from before the gap proves that the answer covers the whole gap.
 * @throws {HistoryError}
 */
export async function fetchHistory(
  { url, login, before, timeoutMs, signal }: HistoryQuestion,
): Promise<string[]> {
  const address = new URL(url.replace("{login}", encodeURIComponent(login)));
  address.searchParams.set("limit", String(PAGE));
  address.searchParams.set("before", String(before));
  const bound = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let status: number;
  let body: string;
  try {
    const response = await fetch(address, {
      headers: { Accept: "application/json" },
      // A redirect could lead to another host, for which the program has no permission.
      redirect: "error",
      signal: bound,
    });
    status = response.status;
    body = await readBody(response);
  } catch (error) {
    if (error instanceof HistoryError) throw error;
    const why = bound.aborted ? `no answer within ${timeoutMs / 1_000} s` : messageOf(error);
    throw new HistoryError(why, true, { cause: error });
  }
  if (status === 429 || status >= 500) throw new HistoryError(`it answered ${status}`, true);
  return linesOf(status, body);
}

async function readBody(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new HistoryError(`the answer is longer than ${MAX_BYTES} bytes`, false);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function linesOf(status: number, body: string): string[] {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch (error) {
    throw new HistoryError(`it answered ${status} without JSON`, false, { cause: error });
  }
  const { messages, error, error_code: code } = (answer ?? {}) as Record<string, unknown>;
  if (code === "channel_not_joined") return [];
  if (status !== 200) throw new HistoryError(`it answered ${status}: ${error ?? code ?? ""}`, false);
  if (!Array.isArray(messages) || !messages.every((line) => typeof line === "string")) {
    throw new HistoryError("the answer has no list of messages", false);
  }
  return messages;
}
