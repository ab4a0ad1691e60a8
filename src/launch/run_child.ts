/** Running the serving process under the launcher: one terminal, one pair of signals, one exit status. */

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs this Deno with `args` until it ends, `env` being added to its environment, passes signals on, and yields its exit
 * status (128 + n after signal n). The child's stdin is a pipe that stays open as long as the launcher lives, so its end
 * tells the child that the launcher is gone, even by `kill -9`.
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
    await child.stdin.close().catch(() => {}); // closed by the child's end already
  }
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It ended between the signal and its passing on: its status says the rest.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
