/** Which rows of a list have changed since a browser last asked for it. */

/** Rows in one answer. Browsers take about 0.5 ms for each, and a task of 50 ms is felt as a stutter. */
export const MAX_CHANGED = 50;

export interface Changes {
  /** Key and markup of the rows to send, at most {@link MAX_CHANGED}. */
  rows: [key: string, html: string][];
  /** What the browser has once it has applied them: asked with the next time. */
  token: string;
}

interface Row {
  html: string;
  /** The version of the list with which it became what it is. */
  version: number;
}

/**
 * Remembers the markup of every row and counts up a version with each change. A token says what a browser has: all rows
 * as of version `a`; or, where there were more changes than one answer takes, those before a place as of `b` and the
 * others as of `a`. So every row gets its turn even if all of them change all the time.
 */
export class ChangedRows {
  /** Tokens of an earlier run of the program mean nothing. */
  readonly #run = crypto.randomUUID().slice(0, 8);
  #rows = new Map<string, Row>();
  #version = 0;
  /** The version with which rows came, went or changed places. */
  #arranged = 0;

  /** Takes the rows as they are now, in their order. Returns the token of a browser that is sent all of them. */
  update(rows: ReadonlyMap<string, string>): string {
    const next = this.#version + 1;
    if (!sameOrder(this.#rows, rows)) this.#arranged = this.#version = next;
    const noted = new Map<string, Row>();
    for (const [key, html] of rows) {
      const row = this.#rows.get(key);
      const isSame = row?.html === html;
      if (!isSame) this.#version = next;
      noted.set(key, isSame ? row! : { html, version: next });
    }
    this.#rows = noted;
    return this.#token(this.#version);
  }

  /** Undefined where the token is not known, or the list has other rows by now: then the whole list is to be sent. */
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
