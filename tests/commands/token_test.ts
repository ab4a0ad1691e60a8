import assert from "node:assert/strict";
import { join } from "node:path";
import { lockArchive } from "../../src/archive/sqlite/file/lock.ts";
import { hashOf } from "../../src/web/access/token.ts";
import { StandingClock } from "../support/clock.ts";
import { runMaintenance } from "../support/process/maintenance_command.ts";
import { testSite } from "../support/site/site.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("tokens are created, listed and revoked in an archive that nothing else uses, even a new one", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "new.db");
  const token = (...args: string[]) => runMaintenance(path, "token", ...args);
  const created = await token("create", "my bot", "--scope", "manage", "--scope=read", "--days=3");
  assert.equal(created.code, 0, created.stderr);
  assert.match(created.stdout, /^sbk_[\w-]{43}\n$/, "stdout is the token alone, for $(…)");
  const list = await token("list");
  assert.match(list.stdout, /^my bot\tsbk_.{4}…\tread,manage\tcreated .*\tnever used\texpires /);
  assert.ok(!list.stdout.includes(created.stdout.trim()));
  assert.deepEqual((await token("revoke", "my bot")).code, 0);
  assert.equal((await token("list")).stdout, "");
});

Deno.test("what is wrong is named, with exit status 1 and no token", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "new.db");
  const wrong: [string[], RegExp][] = [
    [["create", "bot"], /needs at least one --scope/],
    [["create", "--scope=read"], /“” is not a name/],
    [["create", "a/b", "--scope=read"], /“a\/b” is not a name/],
    [["create", "bot", "--scope=admin"], /Expected read, export, manage/],
    [["create", "bot", "--scope=read", "--days=0"], /whole number of days/],
    [["revoke", "nobody"], /There is no token “nobody”/],
    [["lose", "nobody"], /Allowed choices are create, list, revoke/],
  ];
  for (const [args, problem] of wrong) {
    const { code, stdout, stderr } = await runMaintenance(path, "token", ...args);
    assert.deepEqual([code, stdout], [1, ""], args.join(" "));
    assert.match(stderr, problem);
  }
});

Deno.test("while a program records, its pages take a created token at once, and refuse a revoked one after 2 s", async () => {
  const clock = new StandingClock();
  using site = testSite({}, undefined, { clock });
  using _lock = lockArchive(site.path, "serve");
  const created = await runMaintenance(site.path, "token", "create", "bot", "--scope=read");
  assert.equal(created.code, 0, created.stderr);
  const ask = async () =>
    (await site.request("/channels", { headers: { "X-Api-Key": created.stdout.trim() } })).status;
  assert.equal(await ask(), 200);
  const [token] = await site.archive.tokens();
  assert.equal(token!.hash, hashOf(created.stdout.trim()));
  assert.ok(token!.lastUsedAt! >= token!.createdAt);
  assert.equal((await runMaintenance(site.path, "token", "revoke", "bot")).code, 0);
  clock.now += 2_000;
  assert.equal(await ask(), 401);
});

Deno.test("a program that replaces the archive is not disturbed", async () => {
  using site = testSite();
  using _lock = lockArchive(site.path, "restore");
  const refused = await runMaintenance(site.path, "token", "create", "bot", "--scope=read");
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /in use by process \d+, \(restore\)/);
});
