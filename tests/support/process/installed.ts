/** Programs that only some machines have. */

/** Whether the machine has a program, and this test may run it. If not, prints a message. */
export async function installed(program: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args: ["--version"],
      stderr: "null",
      stdout: "null",
    })
      .output();
    if (success) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) throw error;
  }
  console.log(`skipped: ${program} is not installed, or may not be run (--allow-run=${program})`);
  return false;
}

/** What a program writes. @throws Error with what it says if it fails */
export async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
