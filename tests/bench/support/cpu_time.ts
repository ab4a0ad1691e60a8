/** What a process has computed so far. */

/** The kernel counts time in ticks of this length. */
const TICK_MS = 10;

/** The CPU time of a process with all its threads, or of its main thread alone, in ms. */
export async function cpuMs(pid: number, of: "process" | "main thread"): Promise<number> {
  const path = of === "process" ? `/proc/${pid}/stat` : `/proc/${pid}/task/${pid}/stat`;
  // Deno reads /proc only with all permissions.
  const { stdout } = await new Deno.Command("cat", { args: [path] }).output();
  const stat = new TextDecoder().decode(stdout);
  // The 14th and 15th field, of which the second one may contain blanks (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
