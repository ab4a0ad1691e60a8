/** Every part of the pages in every state, in both themes and all heights of rows: only in `deno task dev`. */
import type { Handler } from "hono";
import type { Child } from "hono/jsx";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/clock.ts";
import { RecordingState } from "../../components/channel/head.tsx";
import { Sparkline } from "../../components/channel/sparkline.tsx";
import { ChannelState } from "../../components/channel/state.tsx";
import { Facets } from "../../components/facets.tsx";
import { Field } from "../../components/form/field.tsx";
import { Icon } from "../../components/icons.tsx";
import { Rows } from "../../components/message/row.tsx";
import { Alert } from "../../components/page/alert.tsx";
import { Strip } from "../../components/strip.tsx";
import { DENSITIES } from "../../components/view.ts";
import { Week } from "../../components/week.tsx";
import { Year } from "../../components/year.tsx";
import { EVENTS, GAPS, MARKED, markOf, NOW } from "./rows.ts";
import type { Env, Site } from "../site.tsx";

const COLOURS =
  "ground panel sunk raised line edge ink dim faint fill accent wash live good wait bad mark sub raid announcement pink"
    .split(" ");
const SIZES = [
  ["12/16 meta", 12, 16],
  ["13/18 controls", 13, 18],
  ["14/20 chat", 14, 20],
  [
    "16/24 lead",
    16,
    24,
  ],
  ["20/28 title", 20, 28],
  ["28/32 one number", 28, 32],
] as const;

export function show(site: Site): Handler<Env> {
  return async (c) => {
    c.get("view").mark = markOf;
    return await site.page(
      c,
      { title: "Design" },
      <div class="page design">
        <h1>Design</h1>
        {(["light", "dark"] as const).map((theme) => (
          <div class="design-theme" data-theme={theme}>
            <Parts />
          </div>
        ))}
      </div>,
    );
  };
}

function Parts() {
  return (
    <>
      <Section title="Colours">
        <ul class="swatches">
          {COLOURS.map((name) => (
            <li>
              <span style={`background:var(--color-${name})`}></span>
              {name}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Type">
        {SIZES.map(([words, size, line]) => (
          <p style={`font-size:${size / 16}rem;line-height:${line / 16}rem`}>{words} · 0123456789</p>
        ))}
      </Section>
      <Section title="Buttons, choices, chips and fields">
        <p class="design-line">
          <button type="button" class="button primary">Primary</button>
          <button type="button" class="button">Button</button>
          <button type="button" class="button danger">Danger</button>
          <button type="button" class="button" disabled>Disabled</button>
          <span class="segments">
            <button type="button" aria-pressed="true">Chosen</button>
            <button type="button" aria-pressed="false">Other</button>
          </span>
        </p>
        <p class="chips">
          <a href="#chip" aria-current="true">All</a>
          <a href="#chip">
            Links <span class="rate">27</span>
          </a>
          <a href="#chip">+ word…</a>
        </p>
        <ul class="chips search-chips">
          <li>
            <a href="#chip">
              <code>from:ann</code>
              <span aria-hidden="true">×</span>
            </a>
          </li>
        </ul>
        <Field name="design-name" label="Name" placeholder="any" hint="A sentence that helps." />
        <Field
          name="design-wrong"
          label="Date"
          value="soon"
          problem="“soon” is not a date. Use YYYY-MM-DD."
        />
      </Section>
      <Section title="States">
        <p class="design-line">
          {(["joined", "joining", "disabled", "deleting"] as const).map((state) => (
            <RecordingState
              channel={{ id: 1, login: "lake", messages: 1_234, lastAt: NOW - DAY_MS }}
              state={{ state, since: NOW, perMinute: 12 }}
              now={NOW}
            />
          ))}
        </p>
        <p class="design-line">
          <ChannelState
            state="refused"
            since={NOW - 20 * MINUTE_MS}
            reason="Twitch has suspended this channel"
            nextTryAt={NOW + 40_000}
            now={NOW}
          />
        </p>
        <Alert title="Messages cannot be written to the archive." text="The disk is full." />
        <p class="failed">
          No answer from Scrollback. <button type="button" class="button">Try again</button>
        </p>
        <p class="empty">No messages match.</p>
        <p aria-busy="true">Old content while new content loads</p>
      </Section>
      {DENSITIES.map((density) => (
        <Section title={`Rows, ${density}`}>
          <ol class="rows boxed" data-density={density}>
            <Rows events={EVENTS} gaps={GAPS} />
          </ol>
        </Section>
      ))}
      <Section title="A removed message, shown">
        <ol class="rows boxed">
          <Rows events={EVENTS.filter(({ removed }) => removed)} opensRemoved />
        </ol>
      </Section>
      <Section title="Rows that highlight rules mark">
        <ol class="rows boxed">
          <Rows events={MARKED} />
        </ol>
      </Section>
      <Section title="Strips">
        <Strip
          from={NOW - DAY_MS}
          widthMs={HOUR_MS / 4}
          counts={COUNTS}
          marks={[
            {
              class: "removed",
              words: (n) => `${n} removed`,
              counts: COUNTS.map((n, i) => i % 7 ? 0 : n / 4),
            },
            {
              class: "sub",
              words: (n) => `${n} subs`,
              counts: COUNTS.map((_, i) => Number(i % 5 === 2)),
              tick: 0.15,
            },
            {
              class: "raid",
              words: (n) => `${n} raids`,
              counts: COUNTS.map((_, i) => Number(i % 31 === 9)),
              tick: 1,
            },
          ]}
          gaps={[{ from: NOW - 9 * HOUR_MS, to: NOW - 7 * HOUR_MS, title: "Not recorded" }]}
          at={NOW - 3 * HOUR_MS}
          address={() => "#strip"}
        />
        <p class="design-line">
          <Sparkline minutes={COUNTS.slice(0, 48)} label="Messages of a day" />
        </p>
        <Year
          days={new Map(COUNTS.map((n, i) => [TODAY - i * DAY_MS, n]))}
          now={NOW}
          address={() => "#year"}
        />
        <Week hours={Array.from({ length: 168 }, (_, n) => COUNTS[n % COUNTS.length]!)} now={NOW} />
      </Section>
      <Section title="Facets">
        <Facets
          facets={[{
            title: "Channels",
            entries: [
              { text: "lake", value: "1,204", address: "#facet", isOn: true },
              { text: "a_channel_with_a_long_name", value: "27", address: "#facet" },
            ],
          }]}
        />
      </Section>
      <Section title="Icons">
        <p class="design-line">
          {([
            "home",
            "channels",
            "users",
            "search",
            "events",
            "streams",
            "settings",
            "more",
            "down",
            "chevron",
            "calendar",
            "warning",
            "view",
            "close",
            "columns",
          ] as const).map((name) => <Icon name={name} />)}
        </p>
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children?: Child }) {
  return (
    <section class="panel-section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

const TODAY = Math.floor(NOW / DAY_MS) * DAY_MS;
const COUNTS = Array.from({ length: 96 }, (_, i) => Math.round(20 + 18 * Math.sin(i / 6) + i % 5));
