/** docs/monitoring: the dashboard and the alerts are valid, and use metrics that the running program has. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseExposition } from "../support/metrics/exposition.ts";
import { installed, outputOf } from "../support/process/installed.ts";
import { runProgram } from "../support/process/program.ts";
import { root } from "../support/sources/sources.ts";
import { tempFolder } from "../support/temp.ts";

const FOLDER = new URL("docs/monitoring/", root);
const read = (name: string) => Deno.readTextFileSync(new URL(name, FOLDER));

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: { refId: string; expr: string }[];
}

const DASHBOARD = JSON.parse(read("dashboard.json")) as {
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; query: string }[] };
};
const EXPRESSIONS = DASHBOARD.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

interface Rule {
  alert: string;
  expr: string;
  severity: string;
  summary: string;
}

/** The rules of alerts.yml. It has one form only, so that it can be read without a parser of YAML. */
function rulesOf(yaml: string): Rule[] {
  const [head, ...blocks] = yaml.split("      - alert: ");
  assert.match(head!, /^# .+\ngroups:\n {2}- name: scrollback\n {4}rules:\n$/);
  const form = new RegExp([
    "^(\\w+)\n",
    " {8}expr: (?:\\|\n((?: {10}.+\n)+)|(.+)\n)",
    "(?: {8}for: \\d+[mh]\n)?",
    " {8}labels: \\{ severity: (\\w+) \\}\n",
    " {8}annotations:\n {10}summary: (.+)\n$",
  ].join(""));
  return blocks.map((block) => {
    const [, alert, lines, line, severity, summary] = form.exec(block) ?? assert.fail(block);
    return { alert: alert!, expr: lines ?? line!, severity: severity!, summary: summary! };
  });
}

const RULES = rulesOf(read("alerts.yml"));

/** The names in an expression, as Prometheus knows them. */
function namesIn(expressions: readonly string[]): Set<string> {
  return new Set(expressions.flatMap((expr) => expr.match(/\b(?:scrollback|process)_\w+/g) ?? []));
}

Deno.test("every metric of the dashboard, the alerts and the README is one of the running program", async () => {
  using folder = tempFolder();
  await using program = await runProgram({
    dbPath: `${folder.path}/archive.db`,
    env: { TWITCH_IRC_URL: "irc://127.0.0.1:9" },
  });
  const families = parseExposition(await (await fetch(`${program.url}/metrics`)).text());
  const known = new Set(
    families.flatMap(({ name, type }) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
    ),
  );
  const used = namesIn([
    ...EXPRESSIONS,
    ...RULES.map(({ expr }) => expr),
    DASHBOARD.templating.list[1]!.query,
  ]);
  assert.ok(used.size > 30);
  assert.deepEqual([...used].filter((name) => !known.has(name)), []);

  const documented = [...read("README.md").matchAll(/`(scrollback_|process_|…_)([a-z_]+)(?:\{[a-z,]+\})?`/g)]
    .map(([, prefix, name]) => `${prefix === "process_" ? prefix : "scrollback_"}${name}`);
  const names = new Set(families.map(({ name }) => name));
  assert.ok(documented.length > 30);
  assert.deepEqual(documented.filter((name) => !names.has(name)), []);
});

Deno.test("the dashboard has panels with unique ids that do not overlap", () => {
  const { panels, templating } = DASHBOARD;
  assert.deepEqual(templating.list.map(({ name }) => name), ["datasource", "instance"]);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = new Set<string>();
  for (const { type, title, gridPos: { x, y, w, h }, datasource, targets } of panels) {
    assert.ok(x >= 0 && w > 0 && x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assert.ok(!cells.has(`${column} ${line}`), title);
        cells.add(`${column} ${line}`);
      }
    }
    if (type === "row") continue;
    assert.deepEqual(datasource, { type: "prometheus", uid: "${datasource}" }, title);
    assert.ok(
      targets!.length > 0 && new Set(targets!.map(({ refId }) => refId)).size === targets!.length,
      title,
    );
  }
});

Deno.test("every alert has a severity, a sentence, an entry in the README, and a test", () => {
  assert.ok(RULES.length >= 10);
  const documented = [...read("README.md").matchAll(/^\| `(Scrollback\w+)` +\| .{20}/gm)].map(([, name]) =>
    name
  );
  assert.deepEqual(documented, RULES.map(({ alert }) => alert));
  const tested = [...read("alerts_test.yml").matchAll(/alertname="(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(tested, RULES.map(({ alert }) => alert));
  for (const { alert, severity, summary } of RULES) {
    assert.ok(["warning", "critical"].includes(severity), alert);
    assert.match(summary, /\.("|$)/, alert);
  }
});

Deno.test("promtool accepts every expression, and the alerts fire when they should", async () => {
  if (!await installed("promtool")) return;
  const path = (name: string) => fileURLToPath(new URL(name, FOLDER));
  assert.match(
    await outputOf("promtool", ["check", "rules", path("alerts.yml")]),
    /SUCCESS: \d+ rules found/,
  );
  assert.match(await outputOf("promtool", ["test", "rules", path("alerts_test.yml")]), /SUCCESS/);
  using folder = tempFolder();
  const rules = EXPRESSIONS.map((expr, i) => ({
    record: `panel:${i}`,
    expr: expr.replaceAll("$__rate_interval", "5m").replaceAll("$__range", "1h").replaceAll(
      "$instance",
      ".*",
    ),
  }));
  // JSON is YAML.
  Deno.writeTextFileSync(
    `${folder.path}/panels.yml`,
    JSON.stringify({ groups: [{ name: "panels", rules }] }),
  );
  const checked = await outputOf("promtool", ["check", "rules", `${folder.path}/panels.yml`]);
  assert.match(checked, new RegExp(`SUCCESS: ${EXPRESSIONS.length} rules found`));
});
