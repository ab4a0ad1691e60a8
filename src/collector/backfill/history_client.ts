/** An HTTP client for recent-messages services. */
import { type Answer, jsonOf, request, RequestError } from "../../http_client.ts";

/** The number of lines in a request, which is the limit of services of this kind. */
const PAGE = 800;
/** 800 of the longest lines that Twitch sends are about 7 MB. */
const MAX_BYTES = 8_000_000;

interface HistoryQuestion {
  /** The service's address, with the placeholder `{login}` for the channel. */
  url: string;
  /** A bearer token. */
  token?: string;
  login: string;
  /** Only lines that the service received before this, epoch milliseconds. */
  before: number;
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Returns the newest lines that the service has, oldest first; none if it does not know the channel. The request has no
 * `after`, because only a line from before the gap proves that the answer covers the whole gap.
 * @throws {RequestError}
 */
export async function fetchHistory(
  { url, token, login, before, timeoutMs, signal }: HistoryQuestion,
): Promise<string[]> {
  const address = new URL(url.replace("{login}", encodeURIComponent(login)));
  address.searchParams.set("limit", String(PAGE));
  address.searchParams.set("before", String(before));
  const headers = token === undefined ? undefined : { Authorization: `Bearer ${token}` };
  const bounds = { accept: "application/json", timeoutMs, maxBytes: MAX_BYTES, signal };
  return linesOf(await request(address, { ...bounds, headers }));
}

/** @throws {RequestError} */
function linesOf(answer: Answer): string[] {
  const { status } = answer;
  const { messages, error, error_code: code, detail } = (jsonOf(answer) ?? {}) as Record<string, unknown>;
  if (code === "channel_not_joined") return [];
  if (status !== 200) {
    throw new RequestError(`it answered ${status}: ${error ?? code ?? detail ?? ""}`, false);
  }
  if (!Array.isArray(messages) || !messages.every((line) => typeof line === "string")) {
    throw new RequestError("the answer has no list of messages", false);
  }
  return messages;
}
