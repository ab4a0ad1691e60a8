/** The page about this program. */
import type { Handler } from "hono";
import type { Env, Site } from "./site.tsx";

export function show(site: Site): Handler<Env> {
  return async (c) =>
    await site.page(
      c,
      { title: "About" },
      <div class="page narrow prose">
        <h1>About</h1>
        <p>
          This is Scrollback{" "}
          {site.config.version}, an archive of Twitch chat on somebody’s own machine. It listens to channels,
          keeps every message, and lets people watch, browse and search what was said.
        </p>
        <h2>What it keeps</h2>
        <p>
          What Twitch sends to everyone who reads a channel’s chat: messages, notices such as subs and raids,
          and what moderators removed. It knows no whispers, no e-mail addresses and no passwords of chatters.
        </p>
        <h2>What it missed</h2>
        <p>
          Messages sent while the connection was down are missing. Each channel has a page of its coverage,
          and rows and strips show the gaps.
        </p>
        <h2>Times</h2>
        <p>
          Times are shown in your time zone or in UTC, as you choose under View. Dates in searches are UTC.
        </p>
        <h2>Other programs</h2>
        <p>
          Programs read the archive through an{" "}
          <a href="/docs">interface</a>: JSON, live streams and the formats that log viewers and chat clients
          speak.
        </p>
        <h2>Keys</h2>
        <p>
          Press <kbd>?</kbd> for the list of keys, <kbd>/</kbd> to search, <kbd>Ctrl</kbd> <kbd>K</kbd>{" "}
          to go somewhere.
        </p>
      </div>,
    );
}
