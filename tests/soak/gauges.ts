/** Resources of the program's process, from the kernel. Linux only. */

export interface Gauges {
  /**
   * Private memory: heaps, stacks, SQLite's caches. Without pages of files, which the kernel caches as it
   * likes.
   */
  ownMiB: number;
  residentMiB: number;
  threads: number;
  /** Open file descriptors. */
  handles: number;
  dbMiB: number;
  walMiB: number;
}

export async function readGauges(pid: number, dbPath: string): Promise<Gauges> {
  const [memory, handles] = await Promise.all([
    // `cat` reads it, because Deno requires all permissions for /proc.
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
