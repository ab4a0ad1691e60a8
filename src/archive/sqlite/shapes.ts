/**
 * Tag sections are nearly all alike: of `emotes=25:0-4;first-msg=0;flags=` only `25:0-4` is news. The shape of a
 * section is what is left when every other value than '', '0' and '1' is taken out; it is stored once.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Kind, KINDS } from "../../chat/events.ts";
import { Emotes } from "./emotes.ts";

/** Stands for a value that was taken out. Alone, it is the shape of a section that is kept whole. */
const HOLE = "\x01";
/** Sections of more shapes than this are kept whole: tags nobody has heard of must not fill the memory. */
const MAX_SHAPES = 10_000;

export interface Shaped {
  template: string;
  /** What stood at the holes, joined by `;` (which no value contains), or null where there is no hole. */
  values: string | null;
}

export function shape(section: string): Shaped {
  if (section === "") return { template: "", values: null };
  const values: string[] = [];
  const template = section.split(";").map((tag) => {
    const eq = tag.indexOf("=");
    if (eq < 0) return tag;
    const value = tag.slice(eq + 1);
    if (value === "" || value === "0" || value === "1") return tag;
    values.push(value);
    return tag.slice(0, eq + 1) + HOLE;
  }).join(";");
  const holes = template.split(HOLE).length - 1;
  if (template === HOLE || holes !== values.length) return whole(section);
  return { template, values: values.length > 0 ? values.join(";") : null };
}

function whole(section: string): Shaped {
  return { template: HOLE, values: section };
}

export function unshape({ template, values }: Shaped): string {
  if (values === null) return template;
  if (template === HOLE) return values;
  const pieces = template.split(HOLE);
  const filled = values.split(";");
  return pieces.map((piece, i) => i < filled.length ? piece + filled[i] : piece).join("");
}

/** The shapes of one archive, for its writer. */
export class Shapes {
  /** By kind, then by template. */
  readonly #ids = new Map<Kind, Map<string, number>>(KINDS.map((kind) => [kind, new Map()]));
  #count = 0;
  readonly #emotes: Emotes;
  readonly #select;
  readonly #insert;

  constructor(db: DatabaseSync) {
    this.#emotes = new Emotes(db);
    this.#select = db.prepare("SELECT id, kind, template FROM shapes");
    this.#insert = db.prepare("INSERT INTO shapes (kind, template) VALUES (?, ?)");
    this.reload();
  }

  /** Forgets what a transaction that was rolled back had made. */
  reload(): void {
    this.#emotes.forget();
    this.#count = 0;
    for (const ids of this.#ids.values()) ids.clear();
    for (const row of this.#select.iterate()) {
      this.#ids.get(KINDS[row.kind as number]!)!.set(row.template as string, row.id as number);
      this.#count++;
    }
  }

  /** The id of the shape of an event's section, made if it is new, and its values. */
  store(kind: Kind, section: string): { id: number; values: string | null } {
    const ids = this.#ids.get(kind)!;
    let shaped = shape(section);
    let id = ids.get(shaped.template);
    if (id === undefined && this.#count >= MAX_SHAPES) {
      shaped = whole(section);
      id = ids.get(shaped.template);
    }
    if (id === undefined) {
      id = Number(this.#insert.run(KINDS.indexOf(kind), shaped.template).lastInsertRowid);
      ids.set(shaped.template, id);
      this.#count++;
    }
    return { id, values: shaped.values === null ? null : this.#emotes.shorten(shaped.values) };
  }
}
