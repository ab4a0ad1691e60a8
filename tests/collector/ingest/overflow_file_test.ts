import assert from "node:assert/strict";
import fc from "fast-check";
import { OverflowFile } from "../../../src/collector/ingest/overflow_file.ts";
import { lastReceivedAt } from "../../../src/collector/ingest/overflow_format.ts";
import { tempFolder } from "../../support/temp.ts";

const nothingDone = () => 0;

Deno.test("rows are read back in order, in this run and after a restart, and then the file is deleted", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: "grapheme" }).map((text) => `x${text.replaceAll("\n", "").replaceAll("\x1e", "")}`),
        {
          minLength: 1,
        },
      ),
      fc.boolean(),
      (lines, restart) => {
        using folder = tempFolder();
        const path = `${folder.path}/s`;
        let file = new OverflowFile(path, 1e6, nothingDone);
        for (const [i, line] of lines.entries()) assert.ok(file.append({ receivedAt: i, line: line }));
        if (restart) {
          file[Symbol.dispose]();
          file = new OverflowFile(path, 1e6, nothingDone);
        }
        const out: string[] = [];
        while (file.active) {
          const read = file.read(3);
          out.push(...read.map(({ line }) => line));
          file.done(read.at(-1)!.offset);
        }
        assert.deepEqual(out, lines);
        assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("rows that were stored before a crash are not read again, and later rows are appended", () => {
  using folder = tempFolder();
  const path = `${folder.path}/s`;
  const before = new OverflowFile(path, 1e6, nothingDone);
  for (let i = 0; i < 10; i++) before.append({ receivedAt: i, line: `line ${i}` });
  const { offset } = before.read(4).at(-1)!;
  const { name } = before;
  before[Symbol.dispose]();

  using after = new OverflowFile(path, 1e6, (asked) => asked === name ? offset : 0);
  after.append({ receivedAt: 10, line: "line 10" });
  assert.deepEqual(after.read(100).map(({ line }) => line).filter((line) => line !== ""), [
    "line 4",
    "line 5",
    "line 6",
    "line 7",
    "line 8",
    "line 9",
    "line 10",
  ]);
});

Deno.test("a row that a crash truncated is skipped, and the next one is complete", () => {
  using folder = tempFolder();
  const path = `${folder.path}/s`;
  const before = new OverflowFile(path, 1e6, nothingDone);
  before.append({ receivedAt: 1, line: "first" });
  before.append({ receivedAt: 2, line: "second" });
  before[Symbol.dispose]();
  Deno.truncateSync(path, Deno.statSync(path).size - 4);

  {
    using only = new OverflowFile(path, 1e6, nothingDone);
    assert.deepEqual(
      only.read(100).map(({ line }) => line),
      ["first", ""],
      "and the file can be read to its end",
    );
  }
  using after = new OverflowFile(path, 1e6, nothingDone);
  after.append({ receivedAt: 3, line: "third" });
  assert.deepEqual(after.read(100).map(({ line }) => line).filter((line) => line !== ""), ["first", "third"]);
});

Deno.test("at its limit it accepts no more rows", () => {
  using folder = tempFolder();
  using file = new OverflowFile(`${folder.path}/s`, 1_000, nothingDone);
  let taken = 0;
  while (file.append({ receivedAt: 1, line: "x".repeat(50) })) taken++;
  assert.ok(taken > 5 && taken < 20);
});

Deno.test("if it cannot be created, it reports that and accepts nothing", () => {
  using folder = tempFolder();
  using file = new OverflowFile(`${folder.path}/nowhere/at/all`, 1_000, nothingDone);
  assert.equal(file.append({ receivedAt: 1, line: "line" }), false);
  assert.match(file.failure!, /No such file/);
});

Deno.test("the time of receipt of the last complete row is found, with any bytes after it", () => {
  using folder = tempFolder();
  const path = `${folder.path}/s`;
  assert.equal(lastReceivedAt(path), undefined);
  {
    using file = new OverflowFile(path, 1e6, nothingDone);
    file.append({ receivedAt: 1, line: "x".repeat(1_000) });
    file.append({ receivedAt: 12_345, line: "second" });
    assert.equal(lastReceivedAt(path), undefined, "only the file exists, without rows");
    assert.equal(file.unwrittenSince, 1);
    file.sync();
    assert.equal(lastReceivedAt(path), 12_345);
    assert.equal(file.unwrittenSince, undefined);
    file.append({ receivedAt: 12_399, line: "third" });
  }
  Deno.truncateSync(path, Deno.statSync(path).size - 4);
  assert.equal(lastReceivedAt(path), 12_345);
});

Deno.test("a file whose rows are all stored can be deleted after a crash", () => {
  using folder = tempFolder();
  const path = `${folder.path}/s`;
  {
    using before = new OverflowFile(path, 1e6, nothingDone);
    before.append({ receivedAt: 1, line: "line" });
  }
  using file = new OverflowFile(path, 1e6, () => Deno.statSync(path).size);
  assert.deepEqual(file.read(10), []);
  assert.deepEqual(file.done(), []);
  assert.equal(file.active, false);
  assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
});
