/** What the running program says of itself. */

/** The values of `/metrics` that have no labels. */
export async function readMetrics(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Object.fromEntries(
    text.split("\n").filter((line) => /^\w+ /.test(line)).map((line) => {
      const [name, value] = line.split(" ");
      return [name!, Number(value)];
    }),
  );
}

/** Waits until the program has stored so many events. @throws when it has not within `withinMs` */
export async function untilStored(url: string, count: number, withinMs = 120_000): Promise<void> {
  const endAt = performance.now() + withinMs;
  while (true) {
    const { scrollback_stored_total: stored = 0 } = await readMetrics(url);
    if (stored >= count) return;
    if (performance.now() > endAt) throw new Error(`only ${stored} of ${count} events were stored`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
