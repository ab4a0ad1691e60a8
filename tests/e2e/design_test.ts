/// <reference lib="dom" />
/**
 * The page of all parts looks as in the stored pictures. After a wanted change, look at `.tmp/design-*.png` and copy them to
 * `tests/fixtures/design/`.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser, openView, seriousFindings } from "../support/browser/browser.ts";
import { serve } from "../support/http/served.ts";
import { testSite } from "../support/site/site.ts";

const ROOT = new URL("../../", import.meta.url);
/** The share of pixels that may differ by more than a little: other machines have another monospaced font. */
const MAX_SHARE = 0.003;
const LITTLE = 48;

for (const width of [1280, 390]) {
  Deno.test(`all parts look as they did, in both themes and all heights of rows, at ${width} px`, async () => {
    using site = testSite({ design: true }, () => Date.UTC(2026, 10, 27, 20, 12));
    await using server = serve(site.app.fetch);
    const browser = await openBrowser();
    try {
      await using view = await openView(browser, { width });
      const { page, problems } = view;
      // The channel of the parts is not in the archive, and its state is asked for after 5 s.
      await page.route("**/channels/1/state", (route) => route.fulfill({ status: 204 }));
      await page.goto(`${server.url}/design`);
      await page.evaluate("document.fonts.ready");
      // Content that is being replaced is pale on purpose.
      const findings = (await seriousFindings(page)).filter((each) => !each.includes("aria-busy"));
      assert.deepEqual(findings, []);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
      const taken = await page.locator(".design").screenshot({ animations: "disabled" });
      const name = `design-${width}.png`;
      await Deno.writeFile(new URL(`.tmp/${name}`, ROOT), taken);
      const stored = await Deno.readFile(new URL(`tests/fixtures/design/${name}`, ROOT));
      const { share, sizes } = await differenceOf(page, taken, stored);
      assert.ok(share <= MAX_SHARE, `${(share * 100).toFixed(2)} % of ${name} differs, sizes ${sizes}`);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
    }
  });
}

Deno.test("the page of all parts is not there unless it is asked for", async () => {
  using site = testSite();
  assert.equal((await site.request("/design")).status, 404);
});

/** The share of pixels that differ; pixels that only one picture has count, too. */
async function differenceOf(
  page: Page,
  a: Uint8Array,
  b: Uint8Array,
): Promise<{ share: number; sizes: string }> {
  const address = (bytes: Uint8Array) => `data:image/png;base64,${bytes.toBase64()}`;
  return await page.evaluate(async ({ a, b, little }) => {
    const load = async (src: string) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return image;
    };
    const [one, two] = [await load(a), await load(b)];
    const [width, height] = [Math.max(one.width, two.width), Math.max(one.height, two.height)];
    const pixels = (image: HTMLImageElement) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, width, height).data;
    };
    const [first, second] = [pixels(one), pixels(two)];
    let different = 0;
    for (let at = 0; at < first.length; at += 4) {
      const difference = Math.max(
        Math.abs(first[at]! - second[at]!),
        Math.abs(first[at + 1]! - second[at + 1]!),
        Math.abs(first[at + 2]! - second[at + 2]!),
        Math.abs(first[at + 3]! - second[at + 3]!),
      );
      if (difference > little) different++;
    }
    return {
      share: different / (width * height),
      sizes: `${one.width} × ${one.height} and ${two.width} × ${two.height}`,
    };
  }, { a: address(a), b: address(b), little: LITTLE });
}
