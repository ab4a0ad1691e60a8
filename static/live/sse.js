/**
 * Server-Sent Events, read by `fetch`: unlike an EventSource this tells the status of a refusal, and every byte that
 * arrives, also those of comments.
 */

/** A proxy that buffers the stream holds back its first byte. */
const FIRST_BYTE_MS = 4_000;
/** The server sends a comment after at most 30 s without an event. */
const SILENCE_MS = 35_000;

/**
 * Reads one stream until it ends, fails, falls silent or is aborted. Never rejects.
 *
 * @param onEvent gets `{name, id, data}`; the next event is read when the promise it returns has resolved
 * @returns `isOpen`: whether an event came; `status`: of the answer, 0 without one; `retryAfterMs`: of a refusal
 */
export async function readStream(address, { signal, onEvent, onBytes }) {
  const ending = new AbortController();
  const end = { isOpen: false, status: 0 };
  let timer = setTimeout(() => ending.abort(), FIRST_BYTE_MS);
  try {
    const answer = await fetch(address, {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal: AbortSignal.any([signal, ending.signal]),
    });
    end.status = answer.status;
    end.retryAfterMs = retryAfterMs(answer);
    if (answer.status !== 200 || !answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
      return end;
    }
    const parse = createParser();
    for await (const text of chunksOf(answer.body)) {
      clearTimeout(timer);
      onBytes();
      for (const event of parse(text)) {
        if (signal.aborted) return end;
        end.isOpen = true;
        await onEvent(event);
      }
      timer = setTimeout(() => ending.abort(), SILENCE_MS);
    }
  } catch {
    // A network failure and an abort end the stream like any other end.
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
  return end;
}

/** `Retry-After` in milliseconds, at most a minute; undefined if the answer has none. */
export function retryAfterMs(answer) {
  const seconds = Number(answer.headers.get("Retry-After") ?? NaN);
  return seconds >= 0 ? Math.min(seconds, 60) * 1_000 : undefined;
}

/** Not every browser can iterate streams. */
async function* chunksOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** Takes text as it arrives and yields the events that are complete. The server ends lines with \n. */
export function createParser() {
  let rest = "";
  return function* parse(text) {
    const searched = rest.length - 1;
    rest += text;
    let begin = 0;
    for (;;) {
      const end = rest.indexOf("\n\n", Math.max(searched, begin));
      if (end < 0) break;
      const event = eventOf(rest.slice(begin, end));
      begin = end + 2;
      if (event) yield event;
    }
    rest = rest.slice(begin);
  };
}

/** Comments have no name before the colon. */
function eventOf(block) {
  const fields = {};
  for (const line of block.split("\n")) {
    const [, name, value] = /^(\w*):? ?(.*)$/s.exec(line);
    fields[name] = name === "data" && fields.data !== undefined ? `${fields.data}\n${value}` : value;
  }
  const { event: name = "message", id, data } = fields;
  return data !== undefined && { name, id, data };
}
