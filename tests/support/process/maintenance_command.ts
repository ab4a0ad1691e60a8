/** Runs a maintenance command as a process with the permissions that the launcher gives it. */
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../main.ts", import.meta.url));

export interface CommandOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `main.ts NAME --launch …` as its task does. */
export function runMaintenance(dbPath: string, ...args: string[]): Promise<CommandOutcome> {
  return runMaintenanceThrough([], dbPath, ...args);
}

/** The same, started by a command: its name and first arguments. */
export async function runMaintenanceThrough(
  through: readonly string[],
  dbPath: string,
  ...args: string[]
): Promise<CommandOutcome> {
  const [command, ...first] = [...through, Deno.execPath()];
  const { code, stdout, stderr } = await new Deno.Command(command!, {
    args: [
      ...first,
      ...["run", "-q", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys=uid,gid"],
      `--allow-run=${Deno.execPath()}`,
      ...[main, ...args, "--launch", `--db-path=${dbPath}`],
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
