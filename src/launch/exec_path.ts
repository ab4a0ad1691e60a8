/** Prints the path of this Deno, so that tasks can permit running only this file. Needs no permission. */
if (import.meta.main) console.log(Deno.execPath());
