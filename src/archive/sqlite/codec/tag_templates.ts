/**
 * Stores tags as templates and values, because tags of events are nearly all alike: of `emotes=25:0-4`, `first-msg=0` and
 * `flags=`, only `25:0-4` differs between messages. A template has placeholders for all values except '', '0' and '1', and
 * is stored once, in the table `shapes`.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Kind, KINDS, type Tags } from "../../../chat/events.ts";
import { shortenRanges } from "./emote_ranges.ts";
import { Emotes } from "./emotes.ts";

/** Stands for a value. Alone, it is the template of tags that are stored whole. */
const PLACEHOLDER = "\x01";
/** With more templates than this, tags are stored whole, so that unknown tags do not fill the memory. */
const MAX_TEMPLATES = 10_000;

export interface TemplatedTags {
  template: string;
  /** The values of the placeholders, joined by `;` (which no value contains), or null if there is no placeholder. */
  values: string | null;
}

/** Splits tags into their template and values. */
export function toTemplate(tags: Tags): TemplatedTags {
  let template = "";
  let values: string | null = null;
  for (const tag of tags) {
    if (tag.includes(PLACEHOLDER)) return { template: PLACEHOLDER, values: tags.join(";") };
    const from = tag.indexOf("=") + 1;
    const isKept = from === 0 || isUsual(tag, from);
    if (template !== "") template += ";";
    template += isKept ? tag : tag.slice(0, from) + PLACEHOLDER;
    if (isKept) continue;
    values = values === null ? tag.slice(from) : `${values};${tag.slice(from)}`;
  }
  return { template, values };
}

/** Whether the value from this offset is '', '0' or '1'. */
function isUsual(tag: string, from: number): boolean {
  if (tag.length - from > 1) return false;
  const code = tag.charCodeAt(from);
  return tag.length === from || code === 48 || code === 49;
}

/** The inverse of {@link toTemplate}. */
export function expand({ template, values }: TemplatedTags): string[] {
  const section = fill(template, values);
  return section === "" ? [] : section.split(";");
}

/** The tags of a template with its values, joined by `;`. */
export function fill(template: string, values: string | null): string {
  if (values === null) return template;
  if (template === PLACEHOLDER) return values;
  const pieces = template.split(PLACEHOLDER);
  const filled = values.split(";");
  return pieces.map((piece, i) => i < filled.length ? piece + filled[i] : piece).join("");
}

/** The templates of one archive, for its writer. */
export class TagTemplates {
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

  /** Reads the templates again. Call it after a rollback. */
  reload(): void {
    this.#emotes.forget();
    this.#count = 0;
    for (const ids of this.#ids.values()) ids.clear();
    for (const row of this.#select.all()) {
      this.#ids.get(KINDS[row.kind as number]!)!.set(row.template as string, row.id as number);
      this.#count++;
    }
  }

  /** The id of the template, which is created if it is new, and the values as a row with this text stores them. */
  store(kind: Kind, templated: TemplatedTags, text: string): { id: number; values: string | null } {
    const id = this.idOf(kind, templated.template);
    return id === undefined
      ? {
        id: this.idOf(kind, PLACEHOLDER)!,
        values: this.shorten(fill(templated.template, templated.values), text),
      }
      : { id, values: this.shorten(templated.values, text) };
  }

  /** The id of a template, which is created if it is new; `undefined` if there are too many already. */
  idOf(kind: Kind, template: string): number | undefined {
    const ids = this.#ids.get(kind)!;
    let id = ids.get(template);
    if (id === undefined && (this.#count < MAX_TEMPLATES || template === PLACEHOLDER)) {
      id = Number(this.#insert.run(KINDS.indexOf(kind), template).lastInsertRowid);
      ids.set(template, id);
      this.#count++;
    }
    return id;
  }

  /** The values as a row with this text stores them. */
  shorten(values: string | null, text: string): string | null {
    return values === null ? null : shortenRanges(this.#emotes.shorten(values), text);
  }
}
