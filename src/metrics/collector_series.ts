/** Metrics of the collector's latest status. */
import type { CollectorStatus, Counts } from "../collector/recorder.ts";
import type { Series } from "./series.ts";

const COUNTS: Record<keyof Counts, string> = {
  received: "Chat lines received",
  stored: "Events committed to the archive",
  duplicates: "Messages dropped because one with the same id was received before",
  rejected: "Lines that were malformed or belonged to no channel",
  dropped: "Events lost because memory and the overflow file were full",
  late: "Lines of a deleted channel, or that came too long after a channel was left",
  optedOut: "Lines of channels and users that have opted out",
  protocol: "Lines that are not chat, such as PING and JOIN",
};
const CONNECTION_STATES = ["connecting", "open", "waiting", "refused", "idle"] as const;
const CHANNEL_STATES = ["joined", "joining", "refused", "disabled", "deleting"] as const;

export function addCollectorSeries(series: Series, status: () => CollectorStatus): void {
  for (const [name, help] of Object.entries(COUNTS) as [keyof Counts, string][]) {
    series.counter(
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      help,
      () => status().counts[name],
    );
  }
  const writer = () => status().writer;
  series.gauge("writer_ok", "1 if the archive can be written", () => writer().state === "ok" ? 1 : 0);
  series.gauge("queue_length", "Events that wait in memory to be written", () => writer().queue);
  series.gauge("queue_limit", "Most events that may wait in memory", () => writer().queueBound);
  series.gauge("overflow_bytes", "Size of the overflow file", () => writer().overflowBytes);
  series.gauge("overflow_limit_bytes", "Largest size of the overflow file", () => writer().overflowBound);
  series.gauge(
    "overflow_ok",
    "1 if the overflow file can be written",
    () => writer().overflowFailure === undefined ? 1 : 0,
  );
  series.gauge(
    "last_commit_timestamp_seconds",
    "Time of the last commit in seconds since 1970; 0 if none since the start",
    () => (writer().lastCommitAt ?? 0) / 1_000,
  );

  series.byState(
    "connections",
    "Connections to Twitch, by state",
    CONNECTION_STATES,
    () => status().connections,
  );
  series.byState(
    "channels",
    "Channels, by state on the first reader",
    CHANNEL_STATES,
    () => status().channels,
  );
  series.gauge(
    "longest_gap_seconds",
    "How long the enabled channel that is not joined for the longest time is not joined; 0 if all are",
    () => longestGapMs(status()) / 1_000,
  );
  series.byReason("gaps", "Gaps that began since the start, by reason", () => status().gaps);
  series.counter("sessions", "Connections to Twitch that were opened", () => status().sessions.opened);
  series.counter(
    "sessions_lost",
    "Connections to Twitch that ended while channels were on them",
    () => status().sessions.lost,
  );
  series.counter(
    "join_waits",
    "Times that JOINs began to wait for the rate limit",
    () => status().sessions.joinWaits,
  );
  series.counter(
    "login_waits",
    "Times that logins began to wait for the rate limit",
    () => status().sessions.loginWaits,
  );

  series.gauge("clock_ok", "1 if the system clock is plausible", () => status().time.plausible ? 1 : 0);
  series.gauge(
    "clock_offset_seconds",
    "Difference of the system clock to the time that is considered correct",
    () => (status().time.wallMs - status().time.judgedMs) / 1_000,
  );
  series.gauge(
    "messages_ahead",
    "Messages in the archive with a time in the future",
    () => status().time.ahead,
  );
}

function longestGapMs({ at, channels }: CollectorStatus): number {
  const missing = channels.filter(({ state }) => state === "joining" || state === "refused");
  return Math.max(0, ...missing.map(({ since }) => at - since));
}
