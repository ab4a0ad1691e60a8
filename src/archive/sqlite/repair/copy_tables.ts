/** Copies the rows of all tables into a new file. Reads the tables themselves, never an index, which may be damaged. */
import type { DatabaseSync } from "node:sqlite";
import { AppError } from "../../../chat/errors.ts";
import { prepareArrays } from "../file/connection.ts";
import { ordinaryTables } from "../file/migrations.ts";
import { asUnavailable, isDamage } from "../file/sqlite_errors.ts";

/** Rows per transaction, whose rollback journal is in memory. */
const CHUNK = 10_000;

/** Reads the table's own tree, in the order of its rowid or primary key. */
const IN_TREE_ORDER = "NOT INDEXED";

/**
 * Copies the rows of all ordinary tables into an archive of the same schema. Returns their number.
 * @param progress called with the table and its completed share, 0 to 1
 * @throws AppError damaged if a table cannot be read, unavailable if the new file cannot be written
 */
export function copyTables(
  from: DatabaseSync,
  to: DatabaseSync,
  progress: (table: string, share: number) => void,
): number {
  // Tables are copied in any order, and a missing parent row is no fault of the copy.
  to.exec("PRAGMA foreign_keys = OFF");
  let rows = 0;
  // Last: SQLite updates it when rows are inserted into other tables.
  const tables = ordinaryTables().toSorted((a, b) =>
    Number(a === "sqlite_sequence") - Number(b === "sqlite_sequence")
  );
  for (const table of tables) rows += copyTable(from, to, table, (share) => progress(table, share));
  to.exec("PRAGMA foreign_keys = ON");
  return rows;
}

function copyTable(
  from: DatabaseSync,
  to: DatabaseSync,
  table: string,
  progress: (share: number) => void,
): number {
  const columns = to.prepare("SELECT name FROM pragma_table_info(?)").all(table).map(({ name }) => name);
  const total = reading(table, () => {
    return Number(from.prepare(`SELECT count(*) AS rows FROM ${table} ${IN_TREE_ORDER}`).get()!.rows);
  });
  // In columns of type ANY, a bigint stays an INTEGER, and a number becomes a REAL.
  const select = reading(table, () => {
    const statement = prepareArrays(from, `SELECT ${columns.join(", ")} FROM ${table} ${IN_TREE_ORDER}`);
    statement.setReadBigInts(true);
    return statement;
  });
  const insert = to.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`);
  // The migrations insert rows into some tables.
  to.exec(`BEGIN; DELETE FROM ${table}`);
  let rows = 0;
  const source = select.iterate()[Symbol.iterator]();
  while (true) {
    const { done, value } = reading(table, () => source.next());
    if (done) break;
    store(table, () => insert.run(...value as unknown as bigint[]));
    if (++rows % CHUNK !== 0) continue;
    to.exec("COMMIT; BEGIN");
    progress(rows / total);
  }
  to.exec("COMMIT");
  // In Deno, an iteration ends without an error if SQLite fails.
  if (rows !== total) {
    throw new AppError("damaged", `the table ${table} has ${total} rows, of which ${rows} can be read`);
  }
  return rows;
}

/** @throws AppError damaged with the table's name */
function reading<T>(table: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw asUnavailable(error);
    throw new AppError("damaged", `the table ${table} cannot be read: ${error.message}`, { cause: error });
  }
}

/** @throws AppError damaged if the schema does not allow the row */
function store(table: string, insert: () => void): void {
  try {
    insert();
  } catch (error) {
    const named = asUnavailable(error);
    if (named !== error || !(error instanceof Error)) throw named;
    throw new AppError("damaged", `a row of the table ${table} is invalid: ${error.message}`, {
      cause: error,
    });
  }
}
