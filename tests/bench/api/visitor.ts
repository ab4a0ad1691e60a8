/// <reference lib="deno.worker" />
/** A thread with one reader of pages, so that nothing but the server makes the pages late. */
import { fetchPage } from "../../support/http/fetch_page.ts";

export interface Visit {
  url: string;
  pages: readonly string[];
  ms: number;
}

export interface Visited {
  /** Times of each page, in ms. */
  times: Record<string, number[]>;
  /** Responses that were not 200. */
  failed: number;
}

const PAUSE_MS = 50;

self.onmessage = async ({ data: { url, pages, ms } }: MessageEvent<Visit>) => {
  const visited: Visited = { times: {}, failed: 0 };
  for (let n = 0, endAt = performance.now() + ms; performance.now() < endAt; n++) {
    const page = pages[n % pages.length]!;
    const startedAt = performance.now();
    const answer = await fetchPage(url + page);
    await answer.arrayBuffer();
    (visited.times[page] ??= []).push(performance.now() - startedAt);
    if (answer.status !== 200) visited.failed++;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  self.postMessage(visited);
};
