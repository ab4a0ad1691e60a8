/** Series whose values are read when `/metrics` is requested. All names begin with `scrollback_`, except process ones. */
import { Counter, Gauge, Registry } from "prom-client";

export class Series {
  readonly registry = new Registry();
  readonly #registers = [this.registry];

  /** @param value undefined = unknown, then the series is left out */
  gauge(name: string, help: string, value: () => number | undefined): void {
    new Gauge({
      name: named(name),
      help,
      registers: this.#registers,
      collect() {
        const now = value();
        if (now === undefined) this.remove();
        else this.set(now);
      },
    });
  }

  /** @param name without `_total` */
  counter(name: string, help: string, value: () => number): void {
    new Counter({
      name: `${named(name)}_total`,
      help,
      registers: this.#registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }

  /** A series for each key of the counts, as the label `reason`. @param name without `_total` */
  byReason(name: string, help: string, counts: () => Readonly<Record<string, number>> | undefined): void {
    new Counter({
      name: `${named(name)}_total`,
      help,
      labelNames: ["reason"],
      registers: this.#registers,
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(counts() ?? {})) this.inc({ reason }, count);
      },
    });
  }

  /** How many of `all` are in each state. */
  byState<S extends string>(
    name: string,
    help: string,
    states: readonly S[],
    all: () => readonly { state: S }[],
  ): void {
    new Gauge({
      name: named(name),
      help,
      labelNames: ["state"],
      registers: this.#registers,
      collect() {
        const counted = all();
        for (const state of states) this.set({ state }, counted.filter((one) => one.state === state).length);
      },
    });
  }

  /** Always 1, with facts as labels. @param name without `_info` */
  info(name: string, help: string, facts: Readonly<Record<string, string>>): void {
    new Gauge({
      name: `${named(name)}_info`,
      help,
      labelNames: Object.keys(facts),
      registers: this.#registers,
    }).set(facts, 1);
  }
}

function named(name: string): string {
  return name.startsWith("process_") ? name : `scrollback_${name}`;
}
