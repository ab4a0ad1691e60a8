/** Limits the number of live streams, in total and per client. */
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

  constructor(readonly bounds: StreamBounds) {}

  /**
   * Takes a slot, and returns a function that releases it; `undefined` if none is free. For loopback
   * addresses only the total limit applies.
   */
  take(address: string): (() => void) | undefined {
    const key = clientKey(address);
    const own = this.#perKey.get(key) ?? 0;
    if (this.#open >= this.bounds.streams) return void this.refused.total++;
    if (own >= this.bounds.streamsPerClient && address !== "" && !isLoopbackAddress(address)) {
      return void this.refused.client++;
    }
    this.#open++;
    this.#perKey.set(key, own + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#open--;
      const left = this.#perKey.get(key)! - 1;
      if (left > 0) this.#perKey.set(key, left);
      else this.#perKey.delete(key);
    };
  }
}
