/** Alerts about recording as a whole, for the top of every page. */
import type { ArchiveFault } from "../src/archive/reader.ts";
import type { CollectorStatus, Rename } from "../src/collector/recorder.ts";
import type { AlertProps } from "../components/page/alert.tsx";
import { bytes, count, span } from "../components/numbers.ts";
import { DAY_MS } from "../src/clock.ts";

/** How long a rename is shown. */
const RENAME_SHOWN_MS = DAY_MS;

export function alertsOf(
  status: CollectorStatus,
  now: number,
  faults: readonly ArchiveFault[] = [],
): AlertProps[] {
  const alerts: AlertProps[] = [];
  const { writer, connections, counts, time } = status;
  const clock = clockFault(status);
  if (clock !== undefined) {
    alerts.push({
      title: "The clock of this machine is wrong.",
      text: `${clock}, by the times that Twitch puts on messages. Messages are stored with the right time; ` +
        "nothing is deleted by age while the time is in doubt. Set the clock.",
    });
  }
  if (time.ahead > 0) {
    alerts.push({
      title: time.ahead === 1
        ? "1 message is in the future."
        : `${count(time.ahead)} messages are in the future.`,
      text:
        "They were stored while the clock of this machine was ahead. Channel pages leave them out. Stop Scrollback " +
        "and run `doctor --repair`, which puts them right.",
    });
  }
  if (writer.state === "failing") {
    alerts.push({
      title: "Messages cannot be written to the archive.",
      text: `For ${span((now - writer.since) / 1000)}: ${writer.reason ?? "no reason was given"}. ` +
        `${count(writer.queue)} of at most ${count(writer.queueBound)} are held in memory` +
        (writer.overflowBytes > 0 ? `, and ${bytes(writer.overflowBytes)} in a file beside it` : "") +
        `; writing is tried again.${
          writer.overflowFailure
            ? ` The overflow file cannot be written either: ${writer.overflowFailure}. When memory is full, too, ` +
              "messages are lost."
            : ""
        }`,
    });
  }
  const refused = connections.find((each) => each.state === "refused");
  if (refused) {
    alerts.push({
      title: "Twitch refused the login.",
      text:
        `${refused.reason ?? "No reason was given."} Nothing is recorded until the settings are corrected ` +
        "and Scrollback is restarted; the archive can be read.",
    });
  } else if (isCutOff(status)) {
    const reason = connections.find((each) => each.reason)?.reason;
    alerts.push({
      title: "There is no connection to Twitch.",
      text: `Nothing is recorded until there is one; Scrollback keeps trying.${
        reason ? ` The last error: ${reason}.` : ""
      }`,
    });
  }
  for (const { kind, sentence } of faults) alerts.push({ title: `${sentence}.`, text: ADVICE[kind] });
  if (counts.dropped > 0) {
    alerts.push({
      title: `${count(counts.dropped)} messages were lost`,
      text: "since the start, because the archive could not be written for too long.",
    });
  }
  const renames = status.renames.filter(({ at }) => now - at <= RENAME_SHOWN_MS);
  if (renames.length > 0) alerts.push(renameAlert(renames));
  return alerts;
}

/** One alert for all renames. @param renames newest first, at least one */
function renameAlert(renames: readonly Rename[]): AlertProps {
  const newest = renames.filter(({ roomId }, i) =>
    renames.findIndex((other) => other.roomId === roomId) === i
  );
  const [{ from, to }] = newest as [Rename];
  if (newest.length > 1) {
    return {
      title: `${newest.length} channels changed their names.`,
      text: newest.map(({ from, to }) =>
        from === undefined ? `#${to} now belongs to another channel.` : `#${from} is now called #${to}.`
      ).join(" ") +
        " Their messages are found under both names. The earlier names are still recorded, whoever gets them next; " +
        "delete those that you do not want.",
    };
  }
  return {
    title: from === undefined ? `#${to} now belongs to another channel.` : `#${from} is now called #${to}.`,
    text: from === undefined
      ? "Twitch gave the name away. Earlier messages stay under a name of their own."
      : `Its messages are found under both names. #${from} is still recorded, whoever gets that name next; ` +
        "delete it if you do not want that.",
  };
}

const ADVICE: Readonly<Record<ArchiveFault["kind"], string>> = {
  index: "Messages are still recorded, but word search, deletion and retention are paused. Stop " +
    "Scrollback and run `deno task doctor --repair`, which rebuilds the index.",
  "slow index":
    "Nothing is lost: messages are recorded and found. Stop Scrollback and run `deno task doctor --repair`, " +
    "which rebuilds the index.",
  damage:
    "`deno task doctor` shows what is damaged and what can be repaired; restore the rest from a backup.",
};

/** A sentence with the machine's time and the judged time; undefined if they agree. */
export function clockFault({ time: { plausible, wallMs, judgedMs } }: CollectorStatus): string | undefined {
  if (plausible) return undefined;
  return `It says ${new Date(wallMs).toISOString()}, and it is ${new Date(judgedMs).toISOString()}`;
}

/** Whether channels are enabled but every connection is down. */
export function isCutOff({ connections, channels }: CollectorStatus): boolean {
  const wanted = channels.some(({ state }) => state !== "disabled" && state !== "deleting");
  const busy = connections.filter(({ state }) => state !== "idle");
  return wanted && busy.length > 0 && !busy.some(({ state }) => state === "open");
}
