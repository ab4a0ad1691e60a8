/** Finds the rows of a list that changed since a browser's last request. */

/** Maximum rows in one answer. Browsers take about 1.2 ms per row, and users notice a task of 50 ms. */
export const MAX_CHANGED = 36;

export interface Changes {
  /** Key and markup of the rows to send, at most {@link MAX_CHANGED}. */
  rows: [key: string, html: string][];
  /** Identifies the state of a browser that has applied the rows. It sends it with its next request. */
  token: string;
}

interface Row {
  html: string;
  /** The version of the list in which the row last changed. */
  version: number;
}

/**
 * Keeps the markup of every row, and increments a version with each change. A token describes a browser's
 * rows: all as of version `a`, or, if there were more changes than one answer can hold, those before a
 * position as of `b` and the others as of `a`. So every row is sent eventually, even if all rows change all
 * the time.
 */
export class ChangedRows {
  /** Invalidates tokens of an earlier run of the program. */
  readonly #run = crypto.randomUUID().slice(0, 8);
  #rows = new Map<string, Row>();
  #version = 0;
  /** The version in which rows were last added, removed or reordered. */
  #arranged = 0;

  /** Sets the current rows in their order. Returns the token of a browser that gets all of them. */
  update(rows: ReadonlyMap<string, string>): string {
    const next = this.#version + 1;
    if (!sameOrder(this.#rows, rows)) this.#arranged = this.#version = next;
    const updated = new Map<string, Row>();
    for (const [key, html] of rows) {
      const row = this.#rows.get(key);
      const isSame = row?.html === html;
      if (!isSame) this.#version = next;
      updated.set(key, isSame ? row! : { html, version: next });
    }
    this.#rows = updated;
    return this.#token(this.#version);
  }

  /**
   * Returns `undefined` if the token is unknown or rows were added, removed or reordered: then send the whole
   * list.
   */
  since(token: string): Changes | undefined {
    const [run, ...numbers] = token.split(".");
    const [a = NaN, b = this.#version, place = 0] = numbers.map(Number);
    if (run !== this.#run || !(a >= this.#arranged && a <= this.#version)) return undefined;
    if (!(b >= a && b <= this.#version && place >= 0)) return undefined;
    const rows: Changes["rows"] = [];
    let i = 0;
    for (const [key, row] of this.#rows) {
      if (i++ < place || row.version <= a) continue;
      if (rows.length === MAX_CHANGED) return { rows, token: `${this.#token(a)}.${b}.${i - 1}` };
      rows.push([key, row.html]);
    }
    return { rows, token: this.#token(b) };
  }

  #token(version: number): string {
    return `${this.#run}.${version}`;
  }
}

function sameOrder(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): boolean {
  if (before.size !== after.size) return false;
  const keys = before.keys();
  for (const key of after.keys()) if (keys.next().value !== key) return false;
  return true;
}
