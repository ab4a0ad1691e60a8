/** Notices opt-outs that a command has made while the program runs. */
import type { ArchiveReader } from "../../archive/reader.ts";
import type { Recorder } from "../../collector/recorder.ts";

const EVERY_MS = 2_000;

/** Lets the recorder read the opt-outs again when those in the archive differ from the ones that it has. */
export function watchOptOuts(
  archive: Pick<ArchiveReader, "optOuts">,
  recorder: Pick<Recorder, "optOuts" | "reloadOptOuts">,
  everyMs = EVERY_MS,
): Disposable {
  let isLooking = false;
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const stored = JSON.stringify(await archive.optOuts());
      if (stored !== JSON.stringify(recorder.optOuts().all)) await recorder.reloadOptOuts();
    } catch {
      // The archive cannot be read or written now, which pages and the log report. The next check finds the same
      // opt-outs.
    } finally {
      isLooking = false;
    }
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
