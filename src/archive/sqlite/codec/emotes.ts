/**
 * Replaces ids of emotes in tag values by numbers. The ids, `emotesv2_` and 32 more characters, would take most of a row
 * beside its text, and only a few thousand different ones are common.
 */
import type { DatabaseSync } from "node:sqlite";
import { RecentMap } from "./recent_map.ts";

/** Begins a number in base 36, which ends before the next `:`. Doubled, it means itself. */
const SHORT = "\x02";
const PREFIX = "emotesv2_";
const REMEMBERED = 20_000;

export class Emotes {
  readonly #ids = new RecentMap<string, number>(REMEMBERED);
  readonly #names = new RecentMap<number, string>(REMEMBERED);
  readonly #db: DatabaseSync;
  readonly #selectName;
  readonly #selectId;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#selectName = db.prepare("SELECT hex FROM emotes WHERE id = ?");
    this.#selectId = db.prepare("SELECT id FROM emotes WHERE hex = ?");
  }

  /** Clears the caches. Call it after a rollback. */
  forget(): void {
    this.#ids.clear();
    this.#names.clear();
  }

  /** Tag values with numbers for the ids of emotes. Inserts new emotes. */
  shorten(values: string): string {
    if (!values.includes(PREFIX) && !values.includes(SHORT)) return values;
    // deno-lint-ignore no-control-regex -- the character that begins a number
    return values.replace(/\x02|emotesv2_[0-9a-f]{32}(?=:)/g, (found) => {
      return found === SHORT ? SHORT + SHORT : SHORT + this.#id(found).toString(36);
    });
  }

  /** The inverse of {@link shorten}. */
  restore(values: string): string {
    if (!values.includes(SHORT)) return values;
    // deno-lint-ignore no-control-regex -- the character that begins a number
    return values.replace(/\x02(?:\x02|([0-9a-z]+))/g, (_, id?: string) => {
      return id === undefined ? SHORT : this.#name(parseInt(id, 36));
    });
  }

  #id(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      const hex = Uint8Array.fromHex(name.slice(PREFIX.length));
      const row = this.#selectId.get(hex);
      id = row ? row.id as number : this.#insert(hex);
      this.#ids.set(name, id);
    }
    return id;
  }

  #insert(hex: Uint8Array): number {
    // Not prepared in the constructor, because readers also have this object. New emotes are rare.
    return Number(this.#db.prepare("INSERT INTO emotes (hex) VALUES (?)").run(hex).lastInsertRowid);
  }

  #name(id: number): string {
    let name = this.#names.get(id);
    if (name === undefined) {
      name = PREFIX + (this.#selectName.get(id)!.hex as Uint8Array).toHex();
      this.#names.set(id, name);
    }
    return name;
  }
}
