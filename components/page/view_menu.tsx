/** The menu in which readers choose how pages look. Each choice is a form, so that it works without script. */
import { Icon } from "../icons.tsx";
import { currentView, DENSITIES, shownZone, THEMES, type View, zoneWords } from "../view.ts";

export interface ViewMenuProps {
  /** The address to return to. */
  back: string;
  now: number;
}

/** A choice of the reader. */
type Chosen = Exclude<keyof View, "rules" | "mark">;

export interface Choice {
  legend: string;
  name: Chosen;
  options: readonly (readonly [value: string, words: string])[];
}

const ON_OFF = [["on", "On"], ["off", "Off"]] as const;

const CHOICES: readonly Choice[] = [
  { legend: "Theme", name: "theme", options: THEMES.map((theme) => [theme, capitalized(theme)]) },
  { legend: "Rows", name: "density", options: DENSITIES.map((density) => [density, capitalized(density)]) },
  { legend: "Times", name: "zone", options: [["local", "Local"], ["utc", "UTC"]] },
  { legend: "Seconds", name: "seconds", options: ON_OFF },
  { legend: "Badges", name: "badges", options: ON_OFF },
  { legend: "Emote pictures", name: "emotes", options: ON_OFF },
  { legend: "Deleted messages", name: "deleted", options: [["off", "On request"], ["on", "Shown"]] },
  { legend: "Sounds of highlights", name: "sounds", options: ON_OFF },
];

/** What the reader may choose. */
export function choices(): readonly Choice[] {
  return currentView().readsRemoved ? CHOICES : CHOICES.filter(({ name }) => name !== "deleted");
}

export function ViewMenu({ back, now }: ViewMenuProps) {
  const view = currentView();
  return (
    <details class="menu view-menu" name="top-menu">
      <summary>
        <Icon name="view" />
        <span>View</span>
      </summary>
      <form id="view" class="panel" method="post" action="/view">
        <input type="hidden" name="back" value={back} />
        {choices().map(({ legend, name, options }) => (
          <fieldset>
            <legend>{legend}</legend>
            <div class="segments">
              {options.map(([value, words]) => (
                <button
                  type="submit"
                  name={name}
                  value={value}
                  aria-pressed={String(value === valueOf(view, name))}
                >
                  {words}
                </button>
              ))}
            </div>
          </fieldset>
        ))}
        <a href="/highlights">Highlight rules…</a>
        <p class="note">
          {view.zone === "local" ? `Local: ${shownZone()}, ${zoneWords(now)}.` : "Times are UTC."}{" "}
          This browser remembers the view.
        </p>
      </form>
    </details>
  );
}

/** Shows the zone of the page's times; a click changes between local time and UTC. */
export function ZoneSwitch({ back, now }: ViewMenuProps) {
  const { zone } = currentView();
  const other = zone === "utc" ? "local" : "utc";
  return (
    <form class="zone-switch" method="post" action="/view">
      <input type="hidden" name="back" value={back} />
      <button
        type="submit"
        name="zone"
        value={other}
        title={other === "utc" ? "Show all times in UTC" : "Show all times in local time"}
      >
        {zoneWords(now)}
      </button>
    </form>
  );
}

/** The value of a setting, as in forms and in the cookie. */
export function valueOf(view: Readonly<View>, name: Chosen): string {
  const value = view[name];
  return typeof value === "boolean" ? value ? "on" : "off" : value;
}

function capitalized(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}
