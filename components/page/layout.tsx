/** The layout of every page. */
import type { Child } from "hono/jsx";
import { Alert, type AlertProps } from "./alert.tsx";
import { Icon, type IconName } from "../icons.tsx";
import { Sidebar, type SidebarProps } from "./sidebar.tsx";

export interface LayoutProps {
  title: string;
  /** The current part of the navigation. */
  section?: Section;
  /** Whether the page fills the window and scrolls inside. */
  fill?: boolean;
  /** Further modules, by name. */
  scripts?: readonly string[];
  sidebar: SidebarProps;
  alerts: readonly AlertProps[];
  /** `undefined` if there is no login. */
  login?: "in" | "out";
  version: string;
  asset: (name: string) => string;
  children?: Child;
}

/** The title of a page; a fragment that changes it contains a `<title>`. */
export function fullTitle(title: string): string {
  return `${title} · Scrollback`;
}

export type Section = "dashboard" | "channels" | "users" | "search";

const NAVIGATION: readonly [Section, address: string, IconName, title: string][] = [
  ["dashboard", "/", "dashboard", "Dashboard"],
  ["channels", "/channels", "channels", "Channels"],
  ["users", "/users", "users", "Users"],
  ["search", "/search/messages", "search", "Search"],
];

/** htmx adds no style element, and sends requests only to its own site; see `src/web/access/security_headers.ts`. */
const HTMX = '{"includeIndicatorCSS": false, "history": "reload"}';

export function Layout(props: LayoutProps) {
  const { title, section, fill, asset } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1a1c1f" />
        <meta name="htmx-config" content={HTMX} />
        <title>{fullTitle(title)}</title>
        <link rel="icon" href={asset("favicon.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={asset("app.css")} />
      </head>
      <body class={fill ? "fill" : undefined}>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/">
            <img src={asset("favicon.svg")} alt="" width="22" height="22" />
            <span>Scrollback</span>
          </a>
          <nav class="sections" aria-label="Sections">
            {NAVIGATION.map(([name, address, icon, words]) => (
              <a href={address} aria-current={name === section ? "page" : undefined}>
                <Icon name={icon} />
                <span>{words}</span>
              </a>
            ))}
          </nav>
          <form class="quick" action="/search/messages" role="search" aria-label="Quick search">
            <label class="sr-only" for="quick">Search all messages</label>
            <input
              id="quick"
              name="q"
              type="search"
              placeholder="Search all messages"
              enterkeyhint="search"
            />
          </form>
          {props.login === "out" && <a class="login-link" href="/login">Log in</a>}
          {props.login === "in" && (
            <form class="login-link" method="post" action="/logout">
              <button type="submit">Log out</button>
            </form>
          )}
        </header>
        <Sidebar {...props.sidebar} />
        <main id="main" tabindex={-1}>
          {props.alerts.map((alert) => <Alert {...alert} />)}
          {props.children}
        </main>
        {!fill && <footer class="foot">Scrollback {props.version} · all times are UTC</footer>}
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
