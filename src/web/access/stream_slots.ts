/** Limits the number of long responses, such as live streams and downloads, in total and per client. */
import { clientKey, isLoopbackAddress } from "./ip_address.ts";

export interface StreamBounds {
  streams: number;
  streamsPerClient: number;
}

export class StreamSlots {
  /** Refused streams since the start. */
  readonly refused = { total: 0, client: 0 };
  readonly #perKey = new Map<string, number>();
  #open = 0;

  /** @param within slots of which each of these takes one, too: their total limits both */
  constructor(readonly bounds: StreamBounds, private readonly within?: StreamSlots) {}

  /** Number of taken slots. */
  get open(): number {
    return this.#open;
  }

  /**
   * Takes a slot, and returns a function that releases it, or which limit is reached. For loopback addresses only
   * the total limit applies.
   */
  take(address: string): (() => void) | "total" | "client" {
    const key = clientKey(address);
    const own = this.#perKey.get(key) ?? 0;
    if (this.#isFull) return this.#refuse("total");
    if (own >= this.bounds.streamsPerClient && address !== "" && !isLoopbackAddress(address)) {
      return this.#refuse("client");
    }
    this.#add(1);
    this.#perKey.set(key, own + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#add(-1);
      const left = this.#perKey.get(key)! - 1;
      if (left > 0) this.#perKey.set(key, left);
      else this.#perKey.delete(key);
    };
  }

  get #isFull(): boolean {
    return this.#open >= this.bounds.streams || this.within !== undefined && this.within.#isFull;
  }

  #add(slots: 1 | -1): void {
    this.#open += slots;
    if (this.within) this.within.#add(slots);
  }

  #refuse(limit: "total" | "client"): "total" | "client" {
    this.refused[limit]++;
    return limit;
  }
}

/** Downloads at the same time. For this machine only the total applies. */
export const DOWNLOADS = { streams: 1_000, streamsPerClient: 20 };

/** The slots of downloads: at most half of the live streams', so that neither leaves the other, or pages, no connection. */
export function downloadSlots(streams?: StreamSlots): StreamSlots {
  const half = Math.floor((streams?.bounds.streams ?? Infinity) / 2);
  return new StreamSlots({ ...DOWNLOADS, streams: Math.min(DOWNLOADS.streams, half) }, streams);
}
