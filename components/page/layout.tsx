/** The layout of every page. */
import { Alert, type AlertProps } from "./alert.tsx";
import { CardPlace, Document, type DocumentProps } from "./document.tsx";
import { Icon, type IconName } from "../icons.tsx";
import { QuickSearch, type QuickSearchProps } from "./quick_search.tsx";
import { type Section, Sidebar, type SidebarProps } from "./sidebar.tsx";
import { Dialogs } from "./palette.tsx";
import { ViewMenu, ZoneSwitch } from "./view_menu.tsx";

export type { Section } from "./sidebar.tsx";

export interface LayoutProps extends QuickSearchProps, Omit<DocumentProps, "bodyClass" | "target"> {
  /** The current part of the navigation. */
  section?: Section;
  /** Whether the page fills the window and scrolls inside. */
  fill?: boolean;
  /** Missing if the reader may not read the archive. */
  sidebar?: SidebarProps;
  alerts: readonly AlertProps[];
  /** `undefined` if there is no login. */
  login?: "in" | "out";
  version: string;
  /** The address of the page, without the host. */
  address: string;
  now: number;
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
  ["side", "/side", "Side by side"],
  ["channels", "/channels", "Manage channels"],
  ["settings", "/settings", "Settings"],
];

export function Layout(props: LayoutProps) {
  const { section, address, now, asset } = props;
  return (
    <Document {...props} bodyClass={props.fill ? "fill" : undefined}>
      <a class="skip" href="#main">Skip to the content</a>
      <header class="top">
        <a class="brand" href="/">
          <img src={asset("favicon.svg")} alt="" width="20" height="20" />
          <span>Scrollback</span>
        </a>
        <QuickSearch search={props.search} parts={props.parts} />
        <div class="top-menus">
          <ZoneSwitch back={address} now={now} />
          <ViewMenu back={address} now={now} />
          {props.login === "out" && <a class="login-link" href="/login">Log in</a>}
          {props.login === "in" && (
            <form id="logout" class="login-link" method="post" action="/logout">
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
      <CardPlace />
      <BottomBar section={section} />
      <Dialogs />
    </Document>
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
