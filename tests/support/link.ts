/**
 * Makes a symbolic link. Deno lets only a process do that which may write anywhere, so it is done in one of its own.
 */
export async function link(to: string, at: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", `Deno.symlinkSync(${JSON.stringify(to)}, ${JSON.stringify(at)})`],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
