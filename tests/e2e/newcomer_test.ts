/// <reference lib="dom" />
/** The whole program, from an empty archive: a person's first minutes with it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startTwitch } from "../../src/demo/server/twitch.ts";
import { axeFindings, openBrowser, openView } from "../support/browser/browser.ts";
import { clearmsg, privmsg } from "../support/chat/lines.ts";
import { runProgram } from "../support/process/program.ts";
import { tempFolder } from "../support/temp.ts";

const live = (page: Page) => page.locator('#live-state[data-state="live"]').waitFor();

for (const [width, theme] of [[1280, "dark"], [390, "light"]] as const) {
  Deno.test(`a newcomer names a channel and from then on watches, scrolls back, and finds it at ${width} px`, async () => {
    using folder = tempFolder();
    await using twitch = await startTwitch({ joinLimit: undefined });
    await using program = await runProgram({ dbPath: `${folder.path}/a.db`, twitch });
    const browser = await openBrowser();
    try {
      await using view = await openView(browser, { width, theme });
      const { page, problems } = view;
      await page.goto(program.url);
      await page.getByLabel("Add channels").fill("#Harbor_Lights");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.waitForURL("**/channels/1");
      await twitch.waitForJoin("harbor_lights");
      await live(page);

      const roomId = twitch.roomId("harbor_lights");
      const say = (text: string, id?: string) =>
        assert.equal(twitch.send(privmsg({ channel: "harbor_lights", roomId, text, id })), 1);
      for (let n = 0; n < 150; n++) say(`wave number ${n}`);
      await page.getByText("wave number 149").waitFor();

      // The fastest of three, because another program may hold both cores for a while.
      const delays: number[] = [];
      for (const ferry of ["first", "second", "third"]) {
        const sentAt = performance.now();
        say(`the ${ferry} ferry is late, 草が生えた`);
        await page.getByText(`the ${ferry} ferry is late`).waitFor();
        delays.push(performance.now() - sentAt);
      }
      assert.ok(Math.min(...delays) < 1_000, `live within a second: ${delays.map(Math.round).join(", ")} ms`);

      const id = crypto.randomUUID();
      say("something regrettable", id);
      twitch.send(
        clearmsg({
          channel: "harbor_lights",
          login: "ada_codes",
          targetId: id,
          text: "something regrettable",
        }),
      );
      await page.locator(".row", { hasText: "something regrettable" }).locator("[data-removed]").first()
        .waitFor();
      assert.deepEqual(await axeFindings(page), []);

      await page.reload();
      await live(page);
      for (
        let tries = 0;
        tries < 50 && await page.getByText("wave number 0", { exact: true }).count() === 0;
        tries++
      ) {
        await page.locator("#scroller").evaluate((scroller) => scroller.scrollTop = 0);
        await page.waitForTimeout(50);
      }
      assert.equal(await page.getByText("wave number 0", { exact: true }).count(), 1);

      await page.goto(`${program.url}/search/messages?q=${encodeURIComponent("草")}`);
      assert.equal(await page.locator("#found .row").count(), 3);
      await page.locator("#found .row .at").first().click();
      await page.waitForURL("**/messages/*");
      await page.waitForLoadState("load");
      await page.locator(".row.focus .name").click();
      await page.locator("#card h2 a").click();
      await page.waitForURL("**/users/1001*");
      await page.getByText("ferry is late").first().waitFor();
      assert.deepEqual(await axeFindings(page), []);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
    }
  });
}
