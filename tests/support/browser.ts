/** A browser that comes out of a package, and a watch on what goes wrong in it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import chromium from "@sparticuz/chromium";
import { type Browser, type BrowserContext, chromium as playwright, type Page } from "playwright-core";

/** Opens headless Chromium; its files are unpacked into the folder for temporary files once. */
export async function openBrowser(): Promise<Browser> {
  return await playwright.launch({
    executablePath: await chromium.executablePath(),
    // The package is made for functions in a cloud; one process for everything is not steady outside of them.
    args: chromium.args.filter((arg) => arg !== "--single-process" && !arg.startsWith("--headless")),
    headless: true,
  });
}

export interface View extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /** Console errors, page errors, refusals of the Content-Security-Policy, and failed requests of our own. */
  problems: string[];
}

export interface ViewOptions {
  width: number;
  theme?: "light" | "dark";
  script?: boolean;
}

/** A window. Requests to other hosts (pictures of emotes) are answered with an empty picture. */
export async function openView(
  browser: Browser,
  { width, theme = "light", script = true }: ViewOptions,
): Promise<View> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme: theme,
    javaScriptEnabled: script,
    hasTouch: width < 768,
  });
  const problems: string[] = [];
  await context.route(
    (url) => url.hostname !== "127.0.0.1" && url.hostname !== "localhost",
    (route) => route.fulfill({ contentType: "image/svg+xml", body: PICTURE }),
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      problems.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} from ${response.url()}`);
  });
  return {
    page,
    context,
    problems,
    [Symbol.asyncDispose]: () => context.close(),
  };
}

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><circle cx="14" cy="14" r="11" fill="#999"/></svg>';

/** What axe finds that is serious or critical, a line a finding. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  // Evaluated by the debugger, so that the page's policy is not in the way and stays as it is.
  await page.evaluate(source);
  const results = await page.evaluate(`axe.run(document, { resultTypes: ["violations"] })`) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) =>
      `${id}: ${nodes.slice(0, 4).map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join(" | ")}`
    );
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string; any: { message: string }[] }[] }[];
}
