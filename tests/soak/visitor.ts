/** Somebody who looks at pages while all that goes on, and watches channels live. */
import { Random } from "../../src/demo/random.ts";
import type { Ledger } from "./ledger.ts";
import { pause } from "./pause.ts";

export interface Visits {
  pages: number;
  /** Answered with a fault of ours, 500 and above. */
  failed: number;
  /** Of what was heard live. */
  liveBytes: number;
}

/** Looks at every page of one channel after the other, a page a second, while it hears the channel live. */
export async function visit(url: string, ledger: Ledger, visits: Visits, over: AbortSignal): Promise<void> {
  const random = new Random(11);
  while (!over.aborted) {
    const { id } = random.pick(ledger.accounts);
    const leaving = new AbortController();
    const watching = watch(`${url}/channels/${id}/live`, visits, leaving.signal);
    for (const path of ["", "/coverage", "/messages"].map((page) => `/channels/${id}${page}`).concat(PAGES)) {
      if (over.aborted) break;
      const answer = await fetch(url + path);
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
  // Rather than by the signal of `fetch`, which was seen to leave a stream open for good.
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
    // The channel is gone.
  }
}
