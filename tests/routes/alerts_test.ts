import assert from "node:assert/strict";
import type { Rename } from "../../src/collector/recorder.ts";
import { alertsOf } from "../../routes/alerts.ts";
import { testSite } from "../support/site/site.ts";

const NOW = Date.UTC(2026, 10, 27);

function alertsAbout(...renames: Rename[]) {
  using site = testSite({}, () => NOW);
  return alertsOf({ ...site.recorder.status(), renames }, NOW);
}

Deno.test("one alert lists all renamed channels, each by its newest name", () => {
  const at = NOW - 1000;
  const [one] = alertsAbout({ at, from: "amber", to: "birch", roomId: 1 });
  assert.equal(one!.title, "#amber is now called #birch.");
  const swapped = alertsAbout(
    { at, from: "birch", to: "cedar", roomId: 1 },
    { at, from: "birch", to: "amber", roomId: 2 },
    { at, from: "amber", to: "birch", roomId: 1 },
    { at, to: "dune", roomId: 4 },
    { at: NOW - 25 * 3_600_000, from: "elm", to: "fern", roomId: 5 },
  );
  assert.equal(swapped.length, 1);
  assert.equal(swapped[0]!.title, "3 channels changed their names.");
  assert.match(
    swapped[0]!.text,
    /^#birch is now called #cedar\. #birch is now called #amber\. #dune now belongs to another channel\. /,
  );
});

Deno.test("a slow index and an unusable index have alerts of their own", () => {
  using site = testSite({}, () => NOW);
  const [slow, broken] = alertsOf(site.recorder.status(), NOW, [
    { kind: "slow index", sentence: "Searches are slow" },
    { kind: "index", sentence: "The index cannot be used" },
  ]);
  assert.equal(slow!.title, "Searches are slow.");
  assert.match(slow!.text, /^Nothing is lost: .* doctor --repair/);
  assert.match(broken!.text, /word search, deletion and retention are paused/);
});
