/** Asks one question of an archive in a process of its own, and prints how many milliseconds it took. */
import { openSqliteReader } from "../../support/archive/local_reader.ts";
import { answer } from "./search_kinds.ts";

if (import.meta.main) {
  const [path, question] = Deno.args;
  const startedAt = performance.now();
  await using reader = openSqliteReader({ path: path! });
  await answer(reader, JSON.parse(question!));
  console.log(performance.now() - startedAt);
}
