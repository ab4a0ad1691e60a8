/** The sender of webhooks with the site's archive, searches and shapes of messages. */
import { lookUp } from "../../src/find/look_up.ts";
import { type Query, queryOf } from "../../src/find/query.ts";
import { compileSearch } from "../../src/search/compile.ts";
import { namesIn } from "../../src/search/names.ts";
import { parseSearchText } from "../../src/search/language/parse.ts";
import { WebhookSender, type WebhookTimings } from "../../src/webhooks/sender.ts";
import { messageOf } from "../api/v1/shapes.ts";
import type { Site } from "../site.tsx";

/** Starts to send; errors at the start are logged. */
export function startWebhooks(site: Site, timings?: Partial<WebhookTimings>): WebhookSender {
  const { archive, recorder, hub, log, now } = site;
  const sender = new WebhookSender({
    archive,
    recorder,
    hub,
    hosts: site.config.webhookHosts ?? [],
    query: (name) => queryNamed(site, name),
    // Removed messages are not sent to readers whom `SHOW_DELETED` excludes.
    shape: (event) => messageOf(site.streamed(event)),
    now,
    log,
    timings,
  });
  sender.refresh().catch((error) => log.error("webhooks cannot be read: {error}", { error }));
  return sender;
}

/** @throws an Error that says why there is no query */
async function queryNamed(site: Site, name: string): Promise<Query> {
  const saved = (await site.archive.savedSearches()).find((each) => each.name === name);
  if (!saved) throw new Error(`there is no saved search “${name}”`);
  const parsed = parseSearchText(saved.search);
  const { known } = await lookUp(site.archive, namesIn(parsed.search));
  const compiled = compileSearch(parsed, known, site.now());
  const [problem] = [...parsed.problems, ...compiled.problems];
  if (problem) throw new Error(problem.sentence);
  return queryOf(compiled);
}
