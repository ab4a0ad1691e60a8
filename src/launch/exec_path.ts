/** Prints where this Deno is, for tasks to grant running it and nothing else. Needs no permission. */
if (import.meta.main) console.log(Deno.execPath());
