/// <reference lib="dom" />
/** Pictures of emotes that do not load, in a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { openBrowser, openView } from "../support/browser/browser.ts";
import { inventedEvent } from "../support/chat/invented_events.ts";
import { splitTags } from "../../src/irc/syntax/tags.ts";
import { startEmoteServices } from "../support/emote_services.ts";
import { recordingSite, type TestSite } from "../support/site/site.ts";

const CODES = ["Tide", "harborWave", "quietLanternGlow", "aVeryLongEmoteCodeOfSomebody"];

/** A message with one emote in the middle of its text. */
function withEmote(code: string) {
  const text = `before ${code} after the picture there is more text`;
  return {
    ...inventedEvent(0, "harborlight"),
    text,
    tags: splitTags(`emotes=emotesv2_0123:7-${6 + code.length}`),
  };
}

async function onStage(
  { width, theme }: { width: number; theme: "light" | "dark" },
  act: (stage: { site: TestSite; page: Page; base: string; letFail: () => void }) => Promise<void>,
): Promise<void> {
  using site = recordingSite(["harborlight"]);
  for (let n = 0; n < 10; n++) for (const code of CODES) site.recorder.receive(1, [withEmote(code)]);
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.app.fetch);
  const browser = await openBrowser();
  try {
    await using view = await openView(browser, { width, theme });
    const gate = Promise.withResolvers<void>();
    await view.context.route("https://static-cdn.jtvnw.net/**", async (route) => {
      await gate.promise;
      await route.fulfill({ status: 404, contentType: "text/plain", body: "" });
    });
    await act({
      site,
      page: view.page,
      base: `http://127.0.0.1:${server.addr.port}`,
      letFail: () => gate.resolve(),
    });
  } finally {
    await browser.close();
    site.hub.dropAll();
  }
}

/** Begins to add up what the browser counts as shifts of the layout. */
const measureShift = (page: Page) =>
  page.evaluate(() => {
    const sum = { shift: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) sum.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: false });
    Object.assign(globalThis, { layout: sum });
  });

const places = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("#rows .row, #rows .text")].map((element) => {
      const { top, height, width } = element.getBoundingClientRect();
      return [top, height, width].map((px) => Math.round(px * 4) / 4).join(" ");
    })
  );

/** Pictures that are out of sight are not loaded. */
const noPictureInView = (page: Page) =>
  page.waitForFunction(() =>
    document.querySelector("#rows .picture-text") !== null &&
    [...document.querySelectorAll("#rows img")].every((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return bottom < 0 || top > innerHeight;
    })
  );

for (const width of [390, 1280]) {
  for (const theme of ["light", "dark"] as const) {
    Deno.test(`an emote that does not load shows its code, and nothing moves, at ${width} px, ${theme}`, () =>
      onStage({ width, theme }, async ({ page, base, site, letFail }) => {
        await page.goto(`${base}/channels/1`, { waitUntil: "domcontentloaded" });
        await page.locator('#live-state[data-state="live"]').waitFor();
        await page.evaluate("document.fonts.ready");
        // Rows that come while one watches, too. The page scrolls to their end.
        site.recorder.receive(1, CODES.map(withEmote));
        await page.locator("#rows img[alt]").nth(43).waitFor({ state: "attached" });
        await page.waitForFunction(() => {
          const { scrollHeight, scrollTop, clientHeight } = document.getElementById("scroller")!;
          return scrollHeight - scrollTop - clientHeight < 1;
        });
        await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
        await measureShift(page);
        const before = await places(page);
        letFail();
        await noPictureInView(page);
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
        assert.deepEqual(await places(page), before);
        assert.equal(await page.evaluate("layout.shift"), 0);
        assert.deepEqual(
          await page.locator("#rows .emote").evaluateAll((all) =>
            all.slice(-4).map((each) => each.textContent)
          ),
          CODES,
        );
        const clipped = await page.locator("#rows .emote").evaluateAll((all) =>
          all.filter((each) => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight)
            .length
        );
        assert.equal(clipped, 0, "the whole code is in sight");
      }));
  }
}

Deno.test("a picture that failed before the script ran is found", () =>
  onStage({ width: 1280, theme: "light" }, async ({ page, base, letFail }) => {
    letFail();
    await page.route("**/app.js", (route) => route.abort());
    await page.goto(`${base}/channels/1`);
    await page.waitForFunction(() =>
      [...document.images].some(({ complete, naturalWidth, alt }) =>
        complete && naturalWidth === 0 && alt !== ""
      )
    );
    assert.equal(await page.locator(".picture-text").count(), 0);
    await page.evaluate(() => {
      const { src } = document.querySelector<HTMLScriptElement>('script[src$="/app.js"]')!;
      return import(`${src}?late`);
    });
    await noPictureInView(page);
    assert.equal(await page.locator("#rows .emote").last().innerText(), CODES.at(-1));
  }));

/** A picture of a size, in one colour. */
const svgAsPng = (page: Page, width: number, colour: string) =>
  page.evaluate(async ([width, colour]) => {
    const canvas = new OffscreenCanvas(width, 28);
    const context = canvas.getContext("2d")!;
    context.fillStyle = colour;
    context.fillRect(0, 0, width, 28);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  }, [width, colour] as const);

for (const width of [390, 1280]) {
  Deno.test(`emotes of other services have their width, and overlays lie upon them, at ${width} px`, async () => {
    await using services = startEmoteServices();
    using site = recordingSite(["harborlight"], {
      emoteServices: services.chosen,
      emoteCacheBytes: 1_000_000,
    });
    const emote = { service: "7tv", isOverlay: false, ratio: 1 } as const;
    site.recorder.writer.change({
      kind: "store emote set",
      set: {
        channelId: 1,
        service: "7tv",
        at: 1,
        emotes: [
          { ...emote, id: "wide", name: "wideBoat", ratio: 3 },
          { ...emote, id: "hat", name: "rainTime", isOverlay: true },
        ],
      },
    });
    const text = "look wideBoat rainTime here";
    site.recorder.receive(1, [{ ...inventedEvent(0, "harborlight"), text, tags: [] }]);
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, site.app.fetch);
    const browser = await openBrowser();
    try {
      await using view = await openView(browser, { width, theme: "dark" });
      const { page } = view;
      for (const [path, wide, colour] of [["wide", 84, "teal"], ["hat", 28, "#fff8"]] as const) {
        for (const size of [1, 2]) {
          const bytes = await svgAsPng(page, wide * size, colour);
          services.pictures.set(`/emote/${path}/${size}x.webp`, new Uint8Array(bytes));
        }
      }
      await page.goto(`http://127.0.0.1:${server.addr.port}/channels/1`);
      await page.waitForFunction(() =>
        [...document.querySelectorAll<HTMLImageElement>("#rows .emote img")].every((
          { complete, naturalWidth },
        ) => complete && naturalWidth > 0)
      );
      const [base, overlay] = await page.locator("#rows .emote").evaluateAll((all) =>
        all.map((each) => each.getBoundingClientRect().toJSON())
      );
      assert.equal(Math.round(base.width / base.height), 3);
      assert.ok(overlay.left >= base.left && overlay.right <= base.right && overlay.top === base.top);
    } finally {
      await browser.close();
      site.hub.dropAll();
    }
  });
}
