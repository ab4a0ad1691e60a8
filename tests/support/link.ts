/**
 * Creates a symbolic link. Deno allows this only with permission to write everywhere, so a child process does
 * it.
 */
export async function link(to: string, at: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", `Deno.symlinkSync(${JSON.stringify(to)}, ${JSON.stringify(at)})`],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
