/** Requests pages and live streams during the run. */
import { Random } from "../../src/demo/script/random.ts";
import type { Ledger } from "./ledger.ts";
import { pause } from "./pause.ts";
import { fetchPage } from "../support/http/fetch_page.ts";

export interface Visits {
  pages: number;
  /** Responses with status 500 or above. */
  failed: number;
  /** Bytes received live. */
  liveBytes: number;
}

/**
 * Requests all pages of one channel after the other, one per second, while it reads the channel's live
 * stream.
 */
export async function visit(url: string, ledger: Ledger, visits: Visits, over: AbortSignal): Promise<void> {
  const random = new Random(11);
  while (!over.aborted) {
    const { id } = random.pick(ledger.accounts);
    const leaving = new AbortController();
    const watching = watch(`${url}/channels/${id}/live`, visits, leaving.signal);
    for (const path of ["", "/coverage", "/messages"].map((page) => `/channels/${id}${page}`).concat(PAGES)) {
      if (over.aborted) break;
      const answer = await fetchPage(url + path);
      await answer.arrayBuffer();
      visits.pages++;
      if (answer.status >= 500) visits.failed++;
      await pause(1_000, over);
    }
    leaving.abort();
    await Promise.race([watching, pause(5_000)]);
  }
}

const PAGES = ["/", "/channels", "/users?q=a", "/search/messages?q=the"];

async function watch(url: string, visits: Visits, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url);
  const reader = answer.body!.getReader();
  // The signal of `fetch` is not used, because it was seen to leave a stream open.
  const left = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  void left.then(() => reader.cancel()).catch(() => {});
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      visits.liveBytes += read.value.length;
    }
  } catch {
    // The channel was deleted.
  }
}
