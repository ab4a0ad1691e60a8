/** The layout of every page. */
import type { Child } from "hono/jsx";
import { currentView, shownZone, type View } from "../view.ts";
import { Alert, type AlertProps } from "./alert.tsx";
import { Icon, type IconName } from "../icons.tsx";
import { type Section, Sidebar, type SidebarProps } from "./sidebar.tsx";
import { Dialogs } from "./palette.tsx";
import { ViewMenu, ZoneSwitch } from "./view_menu.tsx";

export type { Section } from "./sidebar.tsx";

export interface LayoutProps {
  title: string;
  /** The current part of the navigation. */
  section?: Section;
  /** Whether the page fills the window and scrolls inside. */
  fill?: boolean;
  /** Further modules, by name. */
  scripts?: readonly string[];
  /** What the search line contains; on pages of one channel, the operator that names it. */
  search?: string;
  /** What other sites show of a link to the page. */
  preview?: { title: string; text: string };
  /** Missing for those who may not read. */
  sidebar?: SidebarProps;
  alerts: readonly AlertProps[];
  /** `undefined` if there is no login. */
  login?: "in" | "out";
  version: string;
  /** The address of the page, without the host. */
  address: string;
  now: number;
  asset: (name: string) => string;
  children?: Child;
}

/** The title of a page; a fragment that changes it contains a `<title>`. */
export function fullTitle(title: string): string {
  return `${title} · Scrollback`;
}

/** The bar at the bottom of narrow screens. */
const BAR: readonly [Section, address: string, IconName, title: string][] = [
  ["home", "/", "home", "Chat"],
  ["search", "/search/messages", "search", "Search"],
  ["events", "/events", "events", "Events"],
];

const MORE: readonly [Section, address: string, title: string][] = [
  ["streams", "/streams", "Streams"],
  ["people", "/users", "People"],
  ["channels", "/channels", "Manage channels"],
  ["settings", "/settings", "Settings"],
];

/** htmx adds no style element, and sends requests only to its own site; see `src/web/access/security_headers.ts`. */
const HTMX = '{"includeIndicatorCSS": false, "history": "reload"}';

export function Layout(props: LayoutProps) {
  const { title, section, fill, asset, address, now, preview } = props;
  const view = currentView();
  return (
    <html
      lang="en"
      data-theme={view.theme}
      data-density={view.density}
      data-zone={shownZone(view)}
      data-follows-zone={view.zone === "local" ? "" : undefined}
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
        {/* Not a module: before anything is painted, it tells the server the zone of this browser. */}
        <script src={asset("zone.js")}></script>
      </head>
      <body class={fill ? "fill" : undefined}>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/">
            <img src={asset("favicon.svg")} alt="" width="20" height="20" />
            <span>Scrollback</span>
          </a>
          <form class="quick" action="/search/messages" role="search" aria-label="Messages">
            <label class="sr-only" for="quick">Search all messages</label>
            <input
              id="quick"
              name="q"
              type="search"
              value={props.search}
              placeholder="Search all messages"
              autocapitalize="none"
              autocomplete="off"
              spellcheck={false}
              enterkeyhint="search"
              data-completions="/search/complete"
            />
            {!props.search && <kbd aria-hidden="true">/</kbd>}
          </form>
          <div class="top-menus">
            <ZoneSwitch back={address} now={now} />
            <ViewMenu back={address} now={now} />
            {props.login === "out" && <a class="login-link" href="/login">Log in</a>}
            {props.login === "in" && (
              <form class="login-link" method="post" action="/logout">
                <button type="submit">Log out</button>
              </form>
            )}
          </div>
          {props.sidebar && <Sidebar {...props.sidebar} section={section} />}
        </header>
        <main id="main" tabindex={-1}>
          {props.alerts.map((alert) => <Alert {...alert} />)}
          {props.children}
        </main>
        <aside id="card" class="card" hidden></aside>
        <BottomBar section={section} />
        <Dialogs />
        {
          /* htmx is not deferred: then it waits until the document is ready, which is after the modules have run. A
          deferred htmx would begin with the page before our listeners are there. */
        }
        <script src={asset("vendor/htmx.min.js")}></script>
        <script type="module" src={asset("app.js")}></script>
        {props.scripts?.map((name) => <script type="module" src={asset(name)}></script>)}
      </body>
    </html>
  );
}

function BottomBar({ section }: Pick<LayoutProps, "section">) {
  return (
    <nav class="bottom-bar" aria-label="Sections">
      {BAR.map(([name, address, icon, words]) => (
        <a href={address} aria-current={name === section ? "page" : undefined}>
          <Icon name={icon} />
          <span>{words}</span>
        </a>
      ))}
      <details class="menu" name="top-menu">
        <summary>
          <Icon name="more" />
          <span>More</span>
        </summary>
        <div class="panel">
          {MORE.map(([name, address, words]) => (
            <a href={address} aria-current={name === section ? "page" : undefined}>{words}</a>
          ))}
        </div>
      </details>
    </nav>
  );
}

/** Classes for what the reader does not want to see. */
function hidden({ seconds, badges, emotes }: Readonly<View>): string | undefined {
  const classes = [
    ...seconds ? [] : ["no-seconds"],
    ...badges ? [] : ["no-badges"],
    ...emotes ? [] : ["no-emotes"],
  ];
  return classes.length > 0 ? classes.join(" ") : undefined;
}
