/** How many live streams are open, in all and for each client. */
import { clientKey, isLoopbackAddress } from "./ip_address.ts";

export interface StreamBounds {
  streams: number;
  streamsPerClient: number;
}

export class StreamSlots {
  /** Refused since the start. */
  readonly refused = { total: 0, client: 0 };
  readonly #perKey = new Map<string, number>();
  #open = 0;

  constructor(readonly bounds: StreamBounds) {}

  /** Takes a slot until the yielded function is called; `undefined` where there is none. Only the bound in all holds for this machine. */
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
