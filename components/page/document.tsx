/** The document of every page: its head, its scripts, and the reader's view. */
import { createHash } from "node:crypto";
import type { Child } from "hono/jsx";
import { currentView, shownZone, type View } from "../view.ts";

export interface DocumentProps {
  title: string;
  /** The description that other sites show for a link to the page. */
  preview?: { title: string; text: string };
  /** Further modules, by name. */
  scripts?: readonly string[];
  bodyClass?: string;
  /** The address of the page that this one is a part of. */
  canonical?: string;
  /** Where links lead; by default, to the same window or frame. */
  target?: "_top";
  asset: (name: string) => string;
  children?: Child;
}

/** The title of a page; a fragment that changes it contains a `<title>`. */
export function fullTitle(title: string): string {
  return `${title} · Scrollback`;
}

/** htmx adds no style element, and sends requests only to its own site; see `src/web/access/security_headers.ts`. */
const HTMX = '{"includeIndicatorCSS": false, "history": "reload"}';

export function Document(props: DocumentProps) {
  const { title, preview, scripts, bodyClass, canonical, target, asset } = props;
  const view = currentView();
  return (
    <html
      lang="en"
      data-theme={view.theme}
      data-density={view.density}
      data-zone={shownZone(view)}
      data-follows-zone={view.zone === "local" ? "" : undefined}
      data-rules={rulesKey(view.rules)}
      data-sounds={view.sounds ? "" : undefined}
      class={hidden(view)}
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content={view.theme === "auto" ? "light dark" : view.theme} />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#15181d" />
        <meta name="htmx-config" content={HTMX} />
        <title>{fullTitle(title)}</title>
        <meta property="og:site_name" content="Scrollback" />
        <meta property="og:title" content={preview?.title ?? title} />
        {preview && <meta property="og:description" content={preview.text} />}
        {preview && <meta name="description" content={preview.text} />}
        {canonical && <link rel="canonical" href={canonical} />}
        {target && <base target={target} />}
        <link rel="icon" href={asset("favicon.svg")} type="image/svg+xml" />
        <link rel="manifest" href={asset("manifest.webmanifest")} />
        <link
          rel="preload"
          href="/static/vendor/inter-latin.woff2"
          as="font"
          type="font/woff2"
          crossorigin=""
        />
        <link rel="stylesheet" href={asset("app.css")} />
        <noscript>
          <link rel="stylesheet" href="/view/plain" />
        </noscript>
        {/* Not a module: before anything is painted, it tells the server the zone of this browser. */}
        <script src={asset("zone.js")}></script>
      </head>
      <body class={bodyClass}>
        {props.children}
        {
          /* htmx is not deferred: then it waits until the document is ready, which is after the modules have run. A
          deferred htmx would begin with the page before our listeners are there. */
        }
        <script src={asset("vendor/htmx.min.js")}></script>
        <script type="module" src={asset("app.js")}></script>
        {scripts?.map((name) => <script type="module" src={asset(name)}></script>)}
      </body>
    </html>
  );
}

/** Where the card of a person, or a thread, opens. */
export function CardPlace() {
  return <aside id="card" class="card" hidden></aside>;
}

/** Tells sets of rules apart: pages with the same rules share a stream (`static/live/main.js`). */
function rulesKey(rules: View["rules"]): string | undefined {
  if (rules.length === 0) return undefined;
  return createHash("sha256").update(JSON.stringify(rules)).digest("hex").slice(0, 8);
}

/** Classes that hide the parts that the reader has disabled, or may not see. */
function hidden({ seconds, badges, emotes, deleted, readsRemoved }: Readonly<View>): string | undefined {
  const classes = [
    ...seconds ? [] : ["no-seconds"],
    ...badges ? [] : ["no-badges"],
    ...emotes ? [] : ["no-emotes"],
    ...readsRemoved ? deleted ? ["shows-removed"] : [] : ["no-removed"],
  ];
  return classes.length > 0 ? classes.join(" ") : undefined;
}
