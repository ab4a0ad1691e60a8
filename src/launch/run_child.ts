/** Runs a child process with the launcher's terminal, signals and exit status. */

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs this Deno with `args` and with `env` added to the environment. Forwards signals, and returns the exit
 * status (128 + n after signal n). The child's stdin is a pipe that is open while the launcher lives. Its end
 * tells the child that the launcher has ended, even after `kill -9`.
 */
export async function runChild(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...env },
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  const forward = FORWARDED.map((signal) => [signal, () => kill(child, signal)] as const);
  for (const [signal, listener] of forward) Deno.addSignalListener(signal, listener);
  try {
    return (await child.status).code;
  } finally {
    for (const [signal, listener] of forward) Deno.removeSignalListener(signal, listener);
    await child.stdin.close().catch(() => {}); // already closed when the child ended
  }
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // The child ended before the signal arrived; its status is reported by the caller.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
