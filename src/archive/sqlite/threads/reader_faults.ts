/** Collects faults of the archive that a reader has met, as sentences for the pages and `/readyz`. */
import type { ArchiveFault } from "../../reader.ts";
import type { IndexName } from "../fts5/health.ts";
import type { SqliteReader } from "../reader.ts";
import { DATA_READ, type ReaderCall } from "./reader_calls.ts";
import { asUnavailable } from "../file/sqlite_errors.ts";
import { AppError, hasCode } from "../../../chat/errors.ts";

const INDEXED: Readonly<Record<IndexName, string>> = {
  messages_index: "The search index of messages cannot be used",
  names_index: "The search index of user names cannot be used, and earlier names are not found",
};

type Reader = Pick<SqliteReader, "indexFaults" | "unreadableIndex">;

export class ReaderFaults {
  readonly #reader: Reader;
  readonly #damage = new Map<string, string>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Converts an error of a call to an error of the contract. Remembers damage, and which data was read. */
  named(error: unknown, { method }: ReaderCall): unknown {
    const named = asUnavailable(error);
    if (!hasCode(named, "damaged")) return named;
    const what = method === "batch" ? "messages" : DATA_READ[method];
    this.#damage.set(what, named.message);
    return new AppError("damaged", `${what} could not be read: ${named.message}`, { cause: error });
  }

  list(): ArchiveFault[] {
    const indexes = Object.entries(this.#reader.indexFaults()) as [IndexName, string | undefined][];
    const unreadable = this.#reader.unreadableIndex();
    return [
      ...unreadable === undefined ? [] : [
        {
          kind: "slow index",
          sentence:
            `Searches of messages are slow, because the pages of their index cannot be read: ${unreadable}`,
        } as const,
      ],
      ...indexes.filter(([, why]) => why !== undefined).map(([index, why]): ArchiveFault => ({
        kind: "index",
        sentence: `${INDEXED[index]}: ${why}`,
      })),
      ...[...this.#damage].map(([what, why]): ArchiveFault => ({
        kind: "damage",
        sentence: `Some ${what.replace(/^the /, "of the ")} cannot be read: ${why}`,
      })),
    ];
  }
}
