/** Runs a maintenance command as a process with the permissions that the launcher gives it. */
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../main.ts", import.meta.url));

export interface CommandOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `main.ts NAME --launch …` as its task does. */
export async function runMaintenance(dbPath: string, ...args: string[]): Promise<CommandOutcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
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
