/** Opens the packaged browser, and collects the errors of its pages. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import chromium from "@sparticuz/chromium";
import { CERT, KEY } from "../../../src/demo/server/certificate.ts";
import { type Browser, type BrowserContext, chromium as playwright, type Page } from "playwright-core";

/**
 * Opens headless Chromium. Its files are unpacked once, into the folder for temporary files.
 * Every host but this machine leads to a server of pictures. Playwright's routes would do that, too, but they
 * turn off the browser's cache, and pages then take three times as long to load.
 */
export async function openBrowser(): Promise<Browser> {
  const pictures = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: CERT, key: KEY, onListen() {} },
    () => new Response(PICTURE, { headers: { "content-type": "image/svg+xml" } }),
  );
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      // The package is made for cloud functions. Elsewhere, --single-process is unstable.
      ...chromium.args.filter((arg) => arg !== "--single-process" && !arg.startsWith("--headless")),
      `--host-resolver-rules=MAP * 127.0.0.1:${pictures.addr.port},EXCLUDE 127.0.0.1,EXCLUDE localhost`,
      "--ignore-certificate-errors",
    ],
    headless: true,
  });
  const close = browser.close.bind(browser);
  browser.close = async () => {
    await close();
    await pictures.shutdown();
  };
  return browser;
}

export interface View extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /**
   * Console errors, page errors, violations of the Content-Security-Policy, and failed requests to the site.
   */
  problems: string[];
}

export interface ViewOptions {
  width: number;
  theme?: "light" | "dark";
  script?: boolean;
  /** `Europe/Berlin` */
  timezoneId?: string;
}

/** Opens a window. */
export async function openView(
  browser: Browser,
  { width, theme = "light", script = true, timezoneId = "UTC" }: ViewOptions,
): Promise<View> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    colorScheme: theme,
    javaScriptEnabled: script,
    timezoneId,
    hasTouch: width < 768,
  });
  const problems: string[] = [];
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

/** Returns the findings of axe of every level, one line each. @param rules only these; a theme changes only colours */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (await page.evaluate("!globalThis.axe")) {
    // The debugger evaluates it, so the page's Content-Security-Policy does not block it.
    await page.evaluate(
      readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
    );
  }
  const options = { resultTypes: ["violations"], ...rules && { runOnly: rules } };
  const results = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`) as AxeResults;
  return results.violations
    .map(({ id, impact, nodes }) =>
      `${id} (${impact}): ${
        nodes.slice(0, 4).map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join(" | ")
      }`
    );
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string; any: { message: string }[] }[] }[];
}
