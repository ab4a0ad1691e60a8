/** What the program's process takes up, as the kernel tells it. Linux only. */

export interface Gauges {
  /** Memory that is its own: heaps, stacks, SQLite's caches. Not pages of files, of which the kernel has as many as it likes. */
  ownMiB: number;
  residentMiB: number;
  threads: number;
  /** Open files, sockets and the like. */
  handles: number;
  dbMiB: number;
  walMiB: number;
}

export async function readGauges(pid: number, dbPath: string): Promise<Gauges> {
  const [memory, handles] = await Promise.all([
    // Not read here: that would take all permissions.
    run("cat", `/proc/${pid}/smaps_rollup`, `/proc/${pid}/status`),
    run("ls", `/proc/${pid}/fd`),
  ]);
  const kiB = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(memory)![1]) / 1_024;
  return {
    ownMiB: kiB("Anonymous"),
    residentMiB: kiB("Rss"),
    threads: Number(/^Threads:\s+(\d+)/m.exec(memory)![1]),
    handles: handles.trim().split("\n").length,
    dbMiB: await sizeMiB(dbPath),
    walMiB: await sizeMiB(`${dbPath}-wal`),
  };
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function sizeMiB(path: string): Promise<number> {
  return (await Deno.stat(path)).size / 2 ** 20;
}
