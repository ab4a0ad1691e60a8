/** Work that several ask for at the same time is done once for all of them. */

/**
 * Yields a function that does `work` for a key. Who asks while it is under way shares the next round with everybody else
 * who does, and not the present one: nobody gets what was begun before they asked, hence what was true before then.
 */
export function oncePerRound<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  const next = new Map<string, Promise<T>>();

  function begin(key: string, work: () => Promise<T>): Promise<T> {
    next.delete(key);
    const round = work().finally(() => {
      if (underWay.get(key) === round) underWay.delete(key);
    });
    underWay.set(key, round);
    return round;
  }

  return (key, work) => {
    const waiting = next.get(key);
    if (waiting) return waiting;
    const present = underWay.get(key);
    if (!present) return begin(key, work);
    const round = present.catch(() => {}).then(() => begin(key, work));
    next.set(key, round);
    return round;
  };
}
