/** The language of the message search, with examples that run. */

interface Entry {
  /** Searches that a link runs. */
  examples: string[];
  meaning: string;
}

const ENTRIES: Entry[] = [
  { examples: ["good game"], meaning: "both words, in any order" },
  { examples: ['"good game"'], meaning: "the exact phrase" },
  { examples: ["gg*"], meaning: "words that begin with gg" },
  { examples: ["gg -ez", "gg OR wp", "(gg OR wp) -ez"], meaning: "without a word, either of two, in groups" },
  { examples: [":)", "<3", "c++", "100%"], meaning: "emoticons and signs, as they are" },
  { examples: ["草", "ㅋㅋㅋ", "😂"], meaning: "anywhere in a word" },
  { examples: ["from:nightbot", "in:twitchdev"], meaning: "by a user, in a channel; earlier names, too" },
  {
    examples: ["mentions:nightbot", "to:nightbot"],
    meaning: "that mention somebody with @, or reply to them",
  },
  {
    examples: ["after:7d", "before:2026-01-01", "on:yesterday", "on:2026-03"],
    meaning: "by time (UTC): days, months, 30m, 2h, 7d, 2w",
  },
  {
    examples: ["is:first", "is:reply", "is:deleted", "is:mod"],
    meaning:
      "also action, notice, sub, resub, gift, raid, announcement, returning, timeout, ban, mode, bits, highlight, " +
      "shared, filled, vip, subscriber, broadcaster",
  },
  { examples: ["has:link", "has:emote", "has:mention"], meaning: "by what the text contains" },
  {
    examples: ["emote:Kappa", "badge:subscriber/12", "bits:>=100"],
    meaning: "by emote, badge, or number of bits",
  },
  { examples: ["/a+h+/i"], meaning: "a regular expression (RE2), i = any case" },
];

export function SearchHelp() {
  return (
    <dl class="help">
      {ENTRIES.map(({ examples, meaning }) => (
        <div>
          <dt>
            {examples.map((example) => (
              <a href={`/search/messages?${new URLSearchParams({ q: example })}`}>
                <code>{example}</code>
              </a>
            ))}
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
      <div>
        <dt>
          <code>from:a from:b</code>
        </dt>
        <dd>operators of one name are alternatives; all else must hold together</dd>
      </div>
    </dl>
  );
}
