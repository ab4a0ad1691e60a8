/** Attempts permitted and forbidden operations of the serving process, and prints the outcomes as JSON. */
import { DatabaseSync } from "node:sqlite";

interface Order {
  dbPath: string;
  http: { hostname: string; port: number };
  connect: { hostname: string; port: number };
  root: string;
}

const order: Order = JSON.parse(Deno.args[0]!);

const attempts: Record<string, () => unknown> = {
  async listen() {
    const server = Deno.serve({ ...order.http, onListen: () => {} }, () => new Response());
    await server.shutdown();
  },
  async connect() {
    (await Deno.connect(order.connect)).close();
  },
  archive() {
    using writer = new DatabaseSync(order.dbPath);
    writer.exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)");
    using reader = new DatabaseSync(order.dbPath, { readOnly: true });
    reader.prepare("SELECT count(*) FROM t").get();
    for (const suffix of ["", "-wal", "-shm"]) Deno.statSync(order.dbPath + suffix);
  },
  static: () => Array.from(Deno.readDirSync(`${order.root}/static`)),
  setting: () => Deno.env.get("ADMIN_PASSWORD"),
  unset() {
    if (Deno.env.get("PATH") !== undefined) throw new Error("PATH can be read");
  },
  worker() {
    const url = new URL("../../../src/chat/ids.ts", import.meta.url);
    new Worker(url, { type: "module" }).terminate();
  },
  otherHost: () => Deno.connect({ hostname: "example.org", port: 443 }),
  otherFile: () => Deno.readTextFileSync("/etc/hostname"),
  otherWrite: () => Deno.writeTextFileSync(`${order.root}/static/x`, ""),
  besideTheArchive: () => Deno.writeTextFileSync(`${order.dbPath}.txt`, ""),
  run: () => new Deno.Command(Deno.execPath()).spawn(),
  system: () => Deno.hostname(),
};

const outcome: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    outcome[name] = "done";
  } catch (error) {
    outcome[name] = error instanceof Deno.errors.NotCapable ? "refused" : String(error);
  }
}
console.log(JSON.stringify(outcome));
