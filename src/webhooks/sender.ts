/**
 * Sends new matches of saved searches to webhooks: in their order, each at least once. The archive is the queue, so that nothing
 * is lost while a receiver is down, and memory does not grow.
 */
import type { ArchiveReader } from "../archive/reader.ts";
import type { Webhook } from "../archive/saved/webhook.ts";
import { ALL_CHANNELS } from "../archive/writer.ts";
import { messageOf as wordsOf } from "../chat/errors.ts";
import type { StoredEvent } from "../chat/events.ts";
import { MINUTE_MS } from "../clock.ts";
import type { Recorder } from "../collector/recorder.ts";
import { acceptsOf } from "../find/accepts.ts";
import type { Query } from "../find/query.ts";
import { request } from "../http_client.ts";
import type { Hub } from "../live/hub.ts";
import { Sleeper } from "../sleeper.ts";
import { hostProblem, urlProblem } from "./hosts.ts";
import { signatureOf } from "./signature.ts";

export interface WebhookTimings {
  /** After each delivery. */
  paceMs: number;
  timeoutMs: number;
  /** Pauses after successive failures; the last one repeats. */
  retryMs: readonly number[];
}

const TIMINGS: WebhookTimings = {
  paceMs: 1_000,
  timeoutMs: 10_000,
  retryMs: [1_000, 5_000, 30_000, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS],
};

/** Messages of a delivery. */
const MAX_MESSAGES = 100;
const MAX_ANSWER_BYTES = 64 * 1024;
const WAKEUP = new Uint8Array(1);

export interface WebhookSenderOptions {
  archive: Pick<ArchiveReader, "timeline" | "webhooks">;
  recorder: Pick<Recorder, "change">;
  hub: Pick<Hub, "subscribe">;
  /** `host:port` that may be contacted. */
  hosts: readonly string[];
  /** The query of a saved search. @throws if there is none, or it names something that the archive does not know */
  query: (name: string) => Promise<Query>;
  /** A message as it is sent. */
  shape: (event: StoredEvent) => object;
  /** Epoch milliseconds. */
  now: () => number;
  log: { error(message: string, properties: Record<string, unknown>): void };
  timings?: Partial<WebhookTimings>;
}

/** Counts of a webhook's deliveries since the start. */
export interface WebhookStatus {
  /** When messages were last sent, epoch milliseconds. */
  sentAt?: number;
  /** Messages sent. */
  messages: number;
  /** Why the last attempt failed. */
  failure?: string;
}

export class WebhookSender implements AsyncDisposable {
  readonly #options: WebhookSenderOptions;
  readonly #running = new Map<number, Delivery>();
  #refreshed = Promise.resolve();

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /**
   * Begins to send for the archive's new webhooks, and ends those that it no longer has. Call it at the start, and after changes.
   * @throws what reading the archive throws
   */
  refresh(): Promise<void> {
    // One after the other: an earlier list must not end what a later one has begun.
    this.#refreshed = this.#refreshed.catch(() => {}).then(() => this.#refresh());
    return this.#refreshed;
  }

  async #refresh(): Promise<void> {
    const webhooks = await this.#options.archive.webhooks();
    for (const [id, { webhook }] of this.#running) {
      // The archive may give a deleted webhook's id to a new one.
      if (!webhooks.some((each) => each.id === id && each.createdAt === webhook.createdAt)) this.remove(id);
    }
    for (const webhook of webhooks) {
      if (this.#running.has(webhook.id)) continue;
      this.#running.set(webhook.id, new Delivery(webhook, this.#options));
    }
  }

  /** Ends a webhook, and a request that is under way. */
  remove(id: number): void {
    void this.#running.get(id)?.[Symbol.asyncDispose]();
    this.#running.delete(id);
  }

  status(id: number): WebhookStatus {
    return this.#running.get(id)?.status ?? { messages: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map((delivery) => delivery[Symbol.asyncDispose]()));
  }
}

/** Sends for one webhook until it is disposed. */
class Delivery implements AsyncDisposable {
  readonly status: WebhookStatus = { messages: 0 };
  readonly webhook: Webhook;
  readonly #options: WebhookSenderOptions;
  readonly #timings: WebhookTimings;
  readonly #stop = new AbortController();
  readonly #sleeper = new Sleeper(this.#stop.signal);
  readonly #ended: Promise<void>;
  #sentTo: number;
  #failures = 0;
  /** Whether something was stored since the last look. */
  #isDue = true;

  constructor(webhook: Webhook, options: WebhookSenderOptions) {
    this.webhook = webhook;
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
    this.#sentTo = webhook.sentTo;
    this.#ended = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { paceMs, retryMs } = this.#timings;
    let watched: { end: () => void } | undefined;
    while (!this.#stop.signal.aborted) {
      try {
        const query = await this.#options.query(this.webhook.search);
        watched ??= await this.#watch(query);
        this.#isDue = false;
        const isMore = await this.#send(query);
        this.#failures = 0;
        this.status.failure = undefined;
        await this.#sleeper.sleepFully(paceMs);
        if (!isMore && !this.#isDue) await this.#sleeper.sleep(30 * MINUTE_MS);
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        this.#failed(error);
        await this.#sleeper.sleepFully(retryMs[Math.min(this.#failures++, retryMs.length - 1)]!);
      }
    }
    watched?.end();
  }

  #failed(error: unknown): void {
    const reason = wordsOf(error);
    // Once, not at every attempt of a long outage.
    if (reason !== this.status.failure) {
      this.#options.log.error("cannot send to the webhook {id} of “{search}”, will retry: {reason}", {
        id: this.webhook.id,
        search: this.webhook.search,
        reason,
      });
    }
    this.status.failure = reason;
  }

  /** Ends waits when a match is stored. */
  async #watch(query: Query): Promise<{ end: () => void }> {
    const watcher = await this.#options.hub.subscribe({
      key: `webhook ${this.webhook.id}`,
      channelId: query.channelId ?? ALL_CHANNELS,
      accepts: acceptsOf(query),
      render: () => WAKEUP,
    });
    watcher.begin(0);
    const wake = async () => {
      for await (const _ of watcher.body) {
        this.#isDue = true;
        this.#sleeper.wake();
      }
    };
    // The stream ends with the hub.
    wake().catch(() => {});
    return { end: () => watcher.end() };
  }

  /** Sends the next matches. True if there may be more. */
  async #send(query: Query): Promise<boolean> {
    const { archive, recorder } = this.#options;
    const page = await archive.timeline({
      ...query,
      place: { at: "after", id: this.#sentTo },
      limit: MAX_MESSAGES,
    });
    const events = page.events.toReversed();
    if (events.length > 0) await this.#post(events);
    const sentTo = page.stoppedAt ?? events.at(-1)?.id;
    if (sentTo !== undefined) {
      this.#sentTo = sentTo;
      await recorder.change({ kind: "advance webhook", id: this.webhook.id, sentTo });
    }
    return page.more;
  }

  /** @throws RequestError */
  async #post(events: readonly StoredEvent[]): Promise<void> {
    const { hosts, shape, now } = this.#options;
    const { id, search, secret } = this.webhook;
    const url = new URL(this.webhook.url);
    const problem = urlProblem(url.href, hosts) ?? await hostProblem(url);
    if (problem) throw new Error(problem);
    const timestamp = Math.floor(now() / 1_000);
    const body = JSON.stringify({ webhook: id, search, messages: events.map(shape) });
    const { status } = await request(url, {
      accept: "*/*",
      timeoutMs: this.#timings.timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      signal: this.#stop.signal,
      body,
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "Scrollback",
        "X-Scrollback-Delivery": `${id}-${events.at(-1)!.id}`,
        "X-Scrollback-Timestamp": String(timestamp),
        "X-Scrollback-Signature": signatureOf(secret, timestamp, body),
      },
    });
    if (status < 200 || status > 299) throw new Error(`it answered ${status}`);
    this.status.sentAt = now();
    this.status.messages += events.length;
  }
}
