/** The site map. */
import { Hono } from "hono";
import { every } from "hono/combine";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { requestId } from "hono/request-id";
import { accessOf, isManager, managersOnly, readersOnly, readRights } from "../src/web/access/access.ts";
import { authenticate, refuseInvalid } from "../src/web/access/authenticate.ts";
import { accessLog } from "../src/web/access_log.ts";
import { createAssets } from "../src/web/pages/assets.ts";
import { withoutEmptyFields } from "../src/web/empty_fields.ts";
import { identifyClient } from "../src/web/access/client.ts";
import { Failure } from "../src/web/failure.ts";
import { parseIpRange } from "../src/web/access/ip_address.ts";
import { pictureOrigins } from "../src/emotes/services.ts";
import { LoginThrottle } from "../src/web/access/login_throttle.ts";
import { methodsOf, nameMethods } from "../src/web/methods.ts";
import { notModified } from "../src/web/pages/not_modified.ts";
import { pages } from "../src/web/pages/page_cache.ts";
import { limitRate, RateLimiter } from "../src/web/access/rate_limit.ts";
import { loopbackNamesOnly, sameOrigin } from "../src/web/access/same_origin.ts";
import { noStore, securityHeaders } from "../src/web/access/security_headers.ts";
import { explainSchemas } from "../src/web/schema_errors.ts";
import { createSessions } from "../src/web/access/sessions.ts";
import * as about from "./about.tsx";
import { BASE, createApiV1, documentOf } from "./api/v1/app.ts";
import * as reference from "./api/reference.tsx";
import { createApi, isApiPath } from "./api/mod.ts";
import * as adminChannels from "./access/admin_channels.ts";
import * as auditLog from "./access/audit_log.tsx";
import { audited } from "./access/audited.ts";
import * as channel from "./channels/chat/show.tsx";
import * as channelColumn from "./channels/chat/column.tsx";
import * as channelDays from "./channels/chat/days.tsx";
import * as channelRows from "./channels/chat/rows.tsx";
import * as channelStrip from "./channels/chat/strip.tsx";
import * as channelDeletion from "./channels/deletion.tsx";
import * as channelPeople from "./channels/people.tsx";
import * as channelRetention from "./channels/retention.tsx";
import * as channelStats from "./channels/stats.tsx";
import * as channelTopics from "./channels/topics.tsx";
import * as channels from "./channels/index.tsx";
import * as coverage from "./channels/coverage.tsx";
import * as design from "./design/show.tsx";
import * as emotePicture from "./emotes/picture.ts";
import * as events from "./events/log.tsx";
import { answerFailure, answerUnrouted } from "./failures.tsx";
import * as health from "./health.ts";
import * as highlights from "./highlights/page.tsx";
import * as home from "./home/show.tsx";
import * as login from "./login.tsx";
import * as message from "./messages/show.tsx";
import * as messageThread from "./messages/thread.tsx";
import * as searchChannels from "./search/channels.tsx";
import * as savedSearches from "./saved_searches.tsx";
import * as searchComplete from "./search/complete.tsx";
import * as searchExport from "./search/export.ts";
import * as searchFacets from "./search/parts/facets.tsx";
import * as searchFollow from "./search/follow.tsx";
import * as searchHints from "./search/parts/hints.tsx";
import * as searchHistogram from "./search/parts/histogram.tsx";
import * as searchMessages from "./search/messages.tsx";
import * as settings from "./settings.tsx";
import * as side from "./side/show.tsx";
import * as sidebar from "./shared/sidebar.tsx";
import { createSite, type Deps, type Env } from "./site.tsx";
import * as palette from "./palette.tsx";
import * as optOuts from "./access/opt_outs.tsx";
import * as tokens from "./access/tokens.tsx";
import * as streams from "./streams/list.tsx";
import * as user from "./users/show.tsx";
import * as userCard from "./users/card.tsx";
import * as users from "./users/index.tsx";
import * as view from "./view.ts";
import * as webhooksPage from "./webhooks/page.tsx";
import { startWebhooks } from "./webhooks/sender.ts";

export type { Deps } from "./site.tsx";

/** Forms here are a few names long. */
const BODY_BOUND = 64 * 1024;

export function createApp(deps: Deps): Hono<Env> {
  explainSchemas();
  const { config, log, metrics } = deps;
  const assets = createAssets(new URL(deps.staticRoot, import.meta.url));
  const site = createSite(deps, assets);
  const sessions = config.adminPassword === undefined
    ? undefined
    : createSessions(config.adminPassword, deps.clock);
  const isCaching = (config.emoteCacheBytes ?? 0) > 0;
  const mayWatch = health.watchers(config.metricsToken);
  const manage = managersOnly((c) => c.get("access"));
  const managers = managersOnly((c) => c.get("access"), isManager);
  // Every route that changes something names its action, for the audit log.
  const change = (action: string) => every(manage, audited(site, action));
  const changeByPeople = (action: string) => every(managers, audited(site, action));
  const readAccess = config.readAccess ?? "open";
  const isClosed = readAccess !== "open";
  const page = pages(
    (c) => c.get("access"),
    (c) => c.get("access") === "logged-in" || c.get("token") !== undefined,
    (c) => JSON.stringify(c.get("view")),
    site.searches,
  );
  // The archive's rules are read now, so that no page waits for them.
  void site.highlights.marker([]);
  /** A page with rows of messages. */
  const rows = every(page, view.markedRows(site));

  // With or without a slash at the end.
  const app = new Hono<Env>({ strict: false });
  app.use(requestId());
  app.use(identifyClient((config.trustedProxies ?? []).map((text) => parseIpRange(text)!)));
  app.use(accessLog(log, (served) => metrics?.observe(served)));
  app.use(securityHeaders({
    pictures: isCaching ? [] : pictureOrigins(config.emoteServices ?? []),
    isForFrames: (path) => /^\/channels\/[^/]{1,100}\/column$/.test(path),
  }));
  app.use(noStore());
  app.use(compress());
  if (config.loopback && !sessions) app.use(loopbackNamesOnly());
  app.use(nameMethods((c) => methodsOf(app, c.req.path)));
  app.use(authenticate(site.tokens));
  if (config.rateLimit) app.use(limitRate(new RateLimiter(config.rateLimit, deps.clock)));
  app.use(async (c, next) => {
    const token = c.get("token");
    const access = () => accessOf(c, c.get("client"), token, sessions, config.loopback);
    c.set("access", access());
    c.set("rights", readRights(access(), token, readAccess));
    if (isClosed) {
      c.set("mayStill", async () => token ? await site.tokens.isValid(token) : isManager(access()));
    }
    await next();
  });
  app.use(refuseInvalid());
  app.use(sameOrigin());
  app.use(readersOnly(readAccess));
  app.use(withoutEmptyFields(isApiPath));
  app.use(view.readersView({ showDeleted: config.showDeleted, ownPictures: isCaching }));
  app.use(bodyLimit({
    maxSize: BODY_BOUND,
    onError: () => {
      throw new Failure("too_large", `A form may be at most ${BODY_BOUND / 1024} KiB long.`);
    },
  }));
  app.onError(answerFailure(site));
  app.notFound(answerUnrouted(app));

  app.route("/", createApi(site));

  app.get("/", page, home.show(site));
  app.get("/palette", page, palette.show(site));
  app.post("/view", view.change());
  app.get("/view/plain", view.plain());
  app.get("/sidebar", page, sidebar.show(site));

  app.get("/channels", page, channels.list(site));
  app.post("/channels", change("add channels"), channels.add(site));
  app.get("/channels/:id", rows, channel.show(site));
  app.post("/channels/:id", change("switch channel"), channels.change(site));
  app.get("/channels/:id/delete", manage, channelDeletion.ask(site));
  app.post("/channels/:id/delete", change("delete channel"), channelDeletion.remove(site));
  app.get("/channels/:id/retention", manage, channelRetention.ask(site));
  app.post("/channels/:id/retention", change("set retention"), channelRetention.change(site));
  app.get("/channels/:id/column", rows, channelColumn.show(site));
  app.get("/channels/:id/strip", page, channelStrip.show(site));
  app.get("/channels/:id/days", page, channelDays.show(site));
  app.get("/channels/:id/coverage", page, coverage.show(site));
  app.get("/channels/:id/events", rows, events.ofChannel(site));
  app.get("/channels/:id/people", page, channelPeople.show(site));
  app.get("/channels/:id/streams", page, streams.ofChannel(site));
  app.get("/channels/:id/stats", page, channelStats.show(site));
  app.get("/channels/:id/stats/topics", page, channelTopics.show(site));
  app.get("/channels/:id/state", page, channelRows.state(site));
  app.get("/channels/:id/gaps", page, channelRows.gaps(site));
  app.get("/channels/:id/messages", rows, channelRows.older(site));
  app.get("/channels/:id/messages/stream", rows, channelRows.poll(site));
  app.get("/channels/:id/live", channelRows.live(site));

  app.get("/side", page, side.show(site));

  app.get("/settings", page, settings.show(site));
  app.get("/about", page, about.show(site));
  if (config.design) app.get("/design", page, design.show(site));
  app.get("/events", rows, events.all(site));
  app.get("/streams", page, streams.all(site));
  app.get("/emotes/:service/:id/:variant", emotePicture.show(site));
  app.get("/messages/:id", rows, message.show(site));
  app.get("/messages/:id/thread", rows, messageThread.show(site));

  app.get("/users", page, users.list(site));
  app.get("/users/:id", rows, user.show(site));
  app.get("/users/:id/card", rows, userCard.show(site));

  app.get("/search", (c) => c.redirect(`/search/messages${new URL(c.req.url).search}`));
  app.get("/search/messages", searchExport.files(site), rows, searchMessages.show(site));
  app.get("/search/messages/histogram", page, searchHistogram.show(site));
  app.get("/search/messages/facets", page, searchFacets.show(site));
  app.get("/search/complete", page, searchComplete.show(site));
  app.get("/search/messages/hints", page, searchHints.show(site));
  app.get("/search/follow", rows, searchFollow.show(site));
  app.get("/search/follow/messages", rows, searchFollow.older(site));
  app.get("/search/follow/messages/stream", rows, searchFollow.poll(site));
  app.get("/search/follow/live", searchFollow.live(site));
  app.get("/search/channels", page, searchChannels.show(site));
  app.get("/search/users", page, users.search(site));

  const webhooks = startWebhooks(site, config.webhookTimings);
  app.get("/searches", page, savedSearches.list(site));
  app.post("/searches", change("save search"), savedSearches.save(site));
  app.get("/searches/:name", page, savedSearches.open(site, "results"));
  app.post("/searches/:name", change("delete search"), savedSearches.remove(site, webhooks));
  app.get("/searches/:name/live", page, savedSearches.open(site, "live"));
  app.get("/searches/:name/feed", page, savedSearches.open(site, "feed"));

  const api = createApiV1(site);
  app.route(BASE, api);
  app.get("/openapi.json", (c) => c.redirect(`${BASE}/openapi.json`));
  app.get("/docs", page, reference.show(site, documentOf(api, config.version)));

  app.get("/searches/:name/webhooks", managers, webhooksPage.list(site, webhooks));
  app.post("/searches/:name/webhooks", changeByPeople("add webhook"), webhooksPage.add(site, webhooks));
  app.post(
    "/searches/:name/webhooks/:id",
    changeByPeople("delete webhook"),
    webhooksPage.remove(site, webhooks),
  );
  app.get("/highlights", page, highlights.list(site));
  app.post("/highlights", highlights.changeOwn(site));
  app.post("/highlights/everyone", change("change highlights"), highlights.changeEveryones(site));

  app.post("/admin/channels", change("add channels"), adminChannels.add(site));
  app.delete("/admin/channels", change("disable channels"), adminChannels.remove(site));

  app.post("/admin/optout", change("opt out"), optOuts.addAll(site));
  app.delete("/admin/optout", change("end opt-out"), optOuts.endAll(site));

  app.get("/tokens", managers, tokens.list(site));
  app.post("/tokens", changeByPeople("create token"), tokens.create(site));
  app.post("/tokens/:name", changeByPeople("revoke token"), tokens.revoke(site));
  app.get("/opt-outs", managers, optOuts.list(site));
  app.post("/opt-outs", changeByPeople("opt out"), optOuts.add(site));
  app.post("/opt-outs/end", changeByPeople("end opt-out"), optOuts.end(site));
  app.get("/audit", managers, auditLog.show(site));

  app.get("/login", login.ask(site, sessions));
  app.post(
    "/login",
    audited(site, "log in", { onlyDone: true }),
    login.open(site, sessions, new LoginThrottle(deps.clock)),
  );
  app.post("/logout", login.close(sessions));

  app.get("/healthz", health.alive());
  app.get("/readyz", health.ready(site, mayWatch));
  app.get("/metrics", health.metrics(site, mayWatch));

  app.get("/static/*", notModified(), assets.serve);
  app.get("/robots.txt", notModified(), assets.serve);
  return app;
}
