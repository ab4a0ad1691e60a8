/// <reference lib="deno.worker" />
/** A thread of clients that search without pause, separate from the thread that measures pages. */

export interface Clients {
  url: string;
  clients: number;
}
export interface Searched {
  answered: number;
  /** Answers with 503. */
  refused: number;
  /** Other answers, or none. */
  failed: number;
}

const WORDS = ["lake", "moss", "paper", "otter", "fern", "harbor", "tulip", "pine"];
const counts: Searched = { answered: 0, refused: 0, failed: 0 };
const stop = new AbortController();

self.onmessage = async ({ data }: MessageEvent<Clients | "stop">) => {
  if (data === "stop") return stop.abort();
  await Promise.all(Array.from({ length: data.clients }, (_, n) => search(data.url, n)));
  self.postMessage(counts);
};

/**
 * Common words, phrases of common words that never occur, prefixes, and rare pairs. Each query is different.
 */
async function search(url: string, client: number): Promise<void> {
  for (let n = 0; !stop.signal.aborted; n++) {
    const [a, b] = [WORDS[(client + n) % WORDS.length], WORDS[(client * 3 + n * 5 + 1) % WORDS.length]];
    const q = [`${a}`, `"${a} ${b} ${a}"`, `${a!.slice(0, 2)}*`, `${a} rare${client * 7 + n}`][n % 4]!;
    const query = new URLSearchParams({ q, before_id: String(2 ** 50 - client * 1_000 - n) });
    try {
      const answer = await fetch(`${url}/search/messages?${query}`, {
        headers: { "HX-Request": "true" },
        signal: stop.signal,
      });
      await answer.arrayBuffer();
      if (answer.status === 200) counts.answered++;
      else if (answer.status === 503 && answer.headers.has("Retry-After")) counts.refused++;
      else counts.failed++;
    } catch {
      if (!stop.signal.aborted) counts.failed++;
    }
  }
}
