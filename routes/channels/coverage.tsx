/** The coverage of a channel by day and by gap, as a page and as JSON. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import type { Coverage } from "../../src/archive/coverage.ts";
import { END_REASONS, type Gap, missedMs, percentOf, startOfDay } from "../../src/chat/coverage.ts";
import { firstIdAt } from "../../src/chat/ids.ts";
import { ChannelHead } from "../../components/channel/head.tsx";
import { CoverageCalendar } from "../../components/channel/coverage_calendar.tsx";
import { FilledFrom, gapLength } from "../../components/channel/gap.tsx";
import { count, percent } from "../../components/numbers.ts";
import { Day, isoUtcDay, Moment, Until } from "../../components/time.tsx";
import { Failure } from "../../src/web/failure.ts";
import { optional, readQuery } from "../../src/web/params.ts";
import { coverageJson } from "./coverage_json.ts";
import { channelAt } from "../shared/find_channel.ts";
import { dayOf } from "../search/query/fields.ts";
import { type Env, type Site, statusOf } from "../site.tsx";
import { DAY_MS } from "../../src/clock.ts";

/** Whole weeks shown by default, in addition to the present one. */
const WEEKS = 7;
const MAX_DAYS = 371;
/** Gaps on the page; the JSON has all of them. */
const MAX_GAPS = 200;

const Asked = z.object({
  from: optional(z.string()),
  to: optional(z.string()),
  format: optional(z.enum(["json", "html"])),
});

/** `from` and `to` are days of UTC, both inclusive, at most 371 days apart. */
export function show(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await channelAt(site, c);
    if (channel instanceof Response) return channel;
    const asked = readQuery(c, Asked);
    const { from, to } = spanOf(asked, site.now());
    const coverage = await site.archive.coverage(channel.id, from, to);
    const accept = c.req.header("Accept") ?? "";
    const wantsJson = accept.includes("application/json") && !accept.includes("text/html");
    if (asked.format === "json" || (asked.format === undefined && wantsJson)) {
      return c.json(coverageJson(channel, coverage, to));
    }
    return await site.page(
      c,
      { title: `Coverage of ${channel.login}`, section: "channels", channelId: channel.id },
      <>
        <ChannelHead
          channel={channel}
          state={statusOf(channel, site.recorder.status())}
          tab="coverage"
          now={site.now()}
        />
        <View channel={channel} coverage={coverage} from={from} now={site.now()} />
      </>,
    );
  };
}

function spanOf(asked: z.output<typeof Asked>, now: number): { from: number; to: number } {
  const first = day("from", asked.from);
  const last = day("to", asked.to);
  const to = Math.min(now, last === undefined ? Infinity : last + DAY_MS);
  const from = first ?? Math.max(0, mondayOf(to - 1) - WEEKS * 7 * DAY_MS);
  if (from >= to) throw new Failure("invalid", "The first day is after the last one or in the future.");
  if (to - from > MAX_DAYS * DAY_MS) {
    throw new Failure("invalid", `At most ${MAX_DAYS} days are shown at once.`);
  }
  return { from, to };
}

function day(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = dayOf(text);
  if (at === undefined) {
    throw new Failure("invalid", `“${text.slice(0, 60)}” is not a valid ${name}: write 2026-11-23.`);
  }
  return at;
}

function mondayOf(at: number): number {
  const day = startOfDay(at);
  return day - (new Date(day).getUTCDay() + 6) % 7 * DAY_MS;
}

interface ViewProps {
  channel: Channel;
  coverage: Coverage;
  from: number;
  now: number;
}

function View({ channel, coverage, from, now }: ViewProps) {
  const { days, gaps, known, to } = coverage;
  const lost = gaps.filter((gap) => !gap.onPurpose && missedMs(gap, from, to, to) > 0);
  const missed = lost.reduce((sum, gap) => sum + missedMs(gap, from, to, to), 0);
  const total = percentOf({
    wantedMs: days.reduce((sum, day) => sum + day.wantedMs, 0),
    listenedMs: days.reduce((sum, day) => sum + day.listenedMs, 0),
    filledMs: days.reduce((sum, day) => sum + day.filledMs, 0),
  });
  return (
    <div class="page coverage">
      {known === undefined ? <p class="empty">This channel has not been recorded yet.</p> : (
        <>
          <dl class="facts">
            <div>
              <dt>Since {isoUtcDay(Math.max(from, known))}</dt>
              <dd>{total === undefined ? "switched off" : `${percent(total)} recorded`}</dd>
            </div>
            <div>
              <dt>Missing</dt>
              <dd>{missed === 0 ? "nothing" : gapLength(missed)}</dd>
            </div>
            <div>
              <dt>In the archive since</dt>
              <dd>
                <Day at={known} />
              </dd>
            </div>
          </dl>
          <CoverageCalendar days={days} from={mondayOf(from)} to={to} known={known} />
          <section class="gaps">
            <h2>Gaps</h2>
            {gaps.length === 0
              ? <p class="empty">None: every message that Twitch sent in this period is stored.</p>
              : <Gaps channel={channel} gaps={gaps} now={now} />}
          </section>
        </>
      )}
      <p class="note">
        Days are those of UTC. The same <a href={`/channels/${channel.id}/coverage?format=json`}>as JSON</a>.
      </p>
    </div>
  );
}

function Gaps({ channel, gaps, now }: { channel: Channel; gaps: readonly Gap[]; now: number }) {
  const shown = gaps.slice(-MAX_GAPS).reverse();
  return (
    <>
      <table class="list gap-list">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" class="number">Length</th>
            <th scope="col">Why</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((gap) => <GapLine channelId={channel.id} gap={gap} now={now} />)}
        </tbody>
      </table>
      {shown.length < gaps.length && (
        <p class="note">The newest {count(shown.length)} of {count(gaps.length)}; the JSON has them all.</p>
      )}
    </>
  );
}

function GapLine({ channelId, gap, now }: { channelId: number; gap: Gap; now: number }) {
  const { from, to, reason, onPurpose, state, fills } = gap;
  return (
    <tr>
      <th scope="row">
        <a href={`/channels/${channelId}?before_id=${firstIdAt((to ?? now) + 1)}`}>
          <Moment at={from} seconds />
        </a>
      </th>
      <td>{to === undefined ? "now" : <Until from={from} at={to} seconds />}</td>
      <td class="number">{gapLength((to ?? now) - from)}</td>
      <td>{END_REASONS[reason]}</td>
      <td class={`fill ${onPurpose ? "on-purpose" : state.replace(" ", "-")}`}>
        {fills.length > 0 ? <FilledFrom gap={gap} /> : onPurpose ? "not wanted" : "missing"}
      </td>
    </tr>
  );
}
