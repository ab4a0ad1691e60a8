/**
 * Tag sections are nearly all alike: of `emotes=25:0-4;first-msg=0;flags=` only `25:0-4` is news. The shape of a
 * section is what is left when every other value than '', '0' and '1' is taken out; it is stored once.
 */
import type { DatabaseSync } from "node:sqlite";
import { type Kind, KINDS } from "../../../chat/events.ts";
import { shortenRanges } from "./emote_ranges.ts";
import { Emotes } from "./emotes.ts";

/** Stands for a value that was taken out. Alone, it is the shape of a section that is kept whole. */
const PLACEHOLDER = "\x01";
/** Sections of more shapes than this are kept whole: tags nobody has heard of must not fill the memory. */
const MAX_SHAPES = 10_000;

export interface TemplatedTags {
  template: string;
  /** What stood at the holes, joined by `;` (which no value contains), or null where there is no hole. */
  values: string | null;
}

export function shape(section: string): TemplatedTags {
  if (section.includes(PLACEHOLDER)) return whole(section);
  let template = "";
  let values: string | null = null;
  let copied = 0;
  let eq = -1;
  for (let at = 0, end = 0; at < section.length; at = end + 1) {
    end = section.indexOf(";", at);
    if (end < 0) end = section.length;
    // Entries without a value must not each look for the next `=` far behind them.
    if (eq < at) eq = section.indexOf("=", at);
    if (eq < 0) break;
    if (eq > end || isUsual(section, eq + 1, end)) continue;
    const value = section.slice(eq + 1, end);
    values = values === null ? value : `${values};${value}`;
    template += section.slice(copied, eq + 1) + PLACEHOLDER;
    copied = end;
  }
  return values === null
    ? { template: section, values }
    : { template: template + section.slice(copied), values };
}

/** Whether the value between these places is '', '0' or '1'. */
function isUsual(section: string, from: number, to: number): boolean {
  if (to - from > 1) return false;
  const code = section.charCodeAt(from);
  return to === from || code === 48 || code === 49;
}

function whole(section: string): TemplatedTags {
  return { template: PLACEHOLDER, values: section };
}

export function unshape({ template, values }: TemplatedTags): string {
  if (values === null) return template;
  if (template === PLACEHOLDER) return values;
  const pieces = template.split(PLACEHOLDER);
  const filled = values.split(";");
  return pieces.map((piece, i) => i < filled.length ? piece + filled[i] : piece).join("");
}

/** The shapes of one archive, for its writer. */
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

  /** Forgets what a transaction that was rolled back had made. */
  reload(): void {
    this.#emotes.forget();
    this.#count = 0;
    for (const ids of this.#ids.values()) ids.clear();
    for (const row of this.#select.all()) {
      this.#ids.get(KINDS[row.kind as number]!)!.set(row.template as string, row.id as number);
      this.#count++;
    }
  }

  /** The id of the shape of an event's section, made if it is new, and the values as a row with this text holds them. */
  store(kind: Kind, shaped: TemplatedTags, text: string): { id: number; values: string | null } {
    const id = this.idOf(kind, shaped.template);
    return id === undefined
      ? { id: this.idOf(kind, PLACEHOLDER)!, values: this.shorten(unshape(shaped), text) }
      : { id, values: this.shorten(shaped.values, text) };
  }

  /** The id of a template, made if it is new; `undefined` where there are too many already. */
  idOf(kind: Kind, template: string): number | undefined {
    const ids = this.#ids.get(kind)!;
    let id = ids.get(template);
    if (id === undefined && (this.#count < MAX_SHAPES || template === PLACEHOLDER)) {
      id = Number(this.#insert.run(KINDS.indexOf(kind), template).lastInsertRowid);
      ids.set(template, id);
      this.#count++;
    }
    return id;
  }

  /** Values as a row with this text holds them. */
  shorten(values: string | null, text: string): string | null {
    return values === null ? null : shortenRanges(this.#emotes.shorten(values), text);
  }
}
