/** `serve`: opens the program, waits for a stop request, and closes the program. */
import type { Config } from "../config.ts";
import { getLogger } from "../log.ts";
import { type Program, type ProgramOptions, startProgram } from "./support/program.ts";
import { stopOnSignal } from "./support/signals.ts";
import { surviveFaults } from "./support/survive_faults.ts";
import { messageOf } from "../chat/errors.ts";

export interface ServeOptions
  extends Pick<ProgramOptions, "caCerts" | "useLineTimes" | "settings" | "design"> {
  /** Stop when stdin ends, because the launcher holds its other end. */
  stopOnStdinEnd: boolean;
}

/** EX_UNAVAILABLE of sysexits.h: the archive or the address cannot be opened. */
export const EXIT_UNAVAILABLE = 69;
/** Time limit for closing. After it, the process exits. */
const CLOSE_MS = 5_000;

/** Serves until it receives a stop request, and returns the exit status. */
export async function serve(
  config: Config,
  { stopOnStdinEnd, caCerts, useLineTimes, settings, design }: ServeOptions,
): Promise<number> {
  using stop = stopOnSignal({ stopOnStdinEnd });
  const crash = Promise.withResolvers<never>();
  const log = getLogger("program");
  let program: Program | undefined;
  using _faults = surviveFaults((error) => {
    log.error("uncaught error; recording continues, HTTP restarts: {error}", { error });
    program?.restartHttp();
  });
  try {
    program = await startProgram(config, { caCerts, useLineTimes, settings, design, onCrash: crash.reject });
    log.info("Scrollback listens at {url}, its archive is {dbPath}", {
      url: program.url,
      dbPath: config.dbPath,
    });
    const reason = await Promise.race([stop.requested, crash.promise]);
    log.info("stopping: {reason}", { reason });
    const late = setTimeout(() => {
      log.error("closing took longer than {seconds} s", { seconds: CLOSE_MS / 1_000 });
      Deno.exit(1);
    }, CLOSE_MS);
    await program[Symbol.asyncDispose]();
    clearTimeout(late);
    log.info("stopped");
    return 0;
  } catch (error) {
    log.fatal("cannot continue: {reason}", {
      reason: messageOf(error),
    });
    return EXIT_UNAVAILABLE;
  }
}
