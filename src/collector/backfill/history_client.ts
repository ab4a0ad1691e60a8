/** Asking a recent-messages service what was said in a channel. */

/** Most lines asked for at once: what services of this kind give at most. */
export const PAGE = 800;
/** 800 lines of the longest kind that Twitch sends are about 7 MB. */
const MAX_BYTES = 8_000_000;

/** The service did not answer as such a service does. */
export class HistoryError extends Error {
  override name = "HistoryError";
  /** @param passing it is slow, down or busy: the same question may be answered later */
  constructor(message: string, readonly passing: boolean, options?: ErrorOptions) {
    super(message, options);
  }
}

export interface HistoryQuestion {
  /** The service's address, with `{login}` where the channel's goes. */
  url: string;
  login: string;
  /** Only what the service received before this, epoch milliseconds. */
  before: number;
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * The newest lines that the service has, oldest first; none where it does not know the channel. No `after` is sent: a
 * line from before a gap is what shows that the answer has all of it.
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
      // Another host may not be asked: the program is not permitted to.
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
    if (bytes > MAX_BYTES) throw new HistoryError(`its answer is longer than ${MAX_BYTES} bytes`, false);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function linesOf(status: number, body: string): string[] {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch (error) {
    throw new HistoryError(`it answered ${status}, and not in JSON`, false, { cause: error });
  }
  const { messages, error, error_code: code } = (answer ?? {}) as Record<string, unknown>;
  if (code === "channel_not_joined") return [];
  if (status !== 200) throw new HistoryError(`it answered ${status}: ${error ?? code ?? ""}`, false);
  if (!Array.isArray(messages) || !messages.every((line) => typeof line === "string")) {
    throw new HistoryError("its answer has no list of messages", false);
  }
  return messages;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
