import assert from "node:assert/strict";
import { Notice } from "../../../components/message/notice.tsx";
import type { StoredEvent } from "../../../src/chat/events.ts";
import { highlighter } from "../../../src/search/highlight.ts";
import { searchOf } from "../../support/search.ts";
import { searchableText } from "../../../src/search/text/tokens.ts";
import { readLine } from "../../../src/irc/read.ts";

/** The event of a USERNOTICE with these tags, by HarborMod. */
function noticeOf(tags: string, text = ""): StoredEvent {
  const who = "login=harbormod;display-name=HarborMod;user-id=901;room-id=900000;tmi-sent-ts=1795731188694";
  const reading = readLine(`@${tags};${who} :tmi.twitch.tv USERNOTICE #alpha${text && ` :${text}`}`);
  assert.ok(reading.kind === "chat" && reading.event.kind === "notice");
  return { ...reading.event, id: 1, channelId: 1, userId: reading.event.author?.userId };
}

function shown(event: StoredEvent, q?: string): string {
  const found = q === undefined ? undefined : highlighter(searchOf(q))(searchableText(event));
  return String(Notice({ event, highlights: found }));
}

const words = (html: string) => html.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ").trim();

Deno.test("a notice whose sentence has no subject shows its author", () => {
  const sentences: Record<string, string> = {
    "msg-id=modiversary;msg-param-months=18;system-msg=has\\sbeen\\sa\\smoderator\\sfor\\s18\\smonths!":
      "Moderator HarborMod has been a moderator for 18 months!",
    "msg-id=viewermilestone;system-msg=watched\\s3\\sconsecutive\\sstreams!":
      "Streak HarborMod watched 3 consecutive streams!",
    "msg-id=somethingnew;system-msg=Lit\\sthe\\slantern": "Notice HarborMod Lit the lantern",
    "msg-id=sharedchatnotice;source-msg-id=modiversary;system-msg=has\\sbeen\\shere":
      "Moderator HarborMod has been here",
    "msg-id=resub;system-msg=subscribed\\sat\\sTier\\s1.": "Resub HarborMod subscribed at Tier 1.",
    "msg-id=somethingnew": "Notice HarborMod",
  };
  for (const [tags, expected] of Object.entries(sentences)) {
    assert.equal(words(shown(noticeOf(tags))), expected);
    assert.match(shown(noticeOf(tags)), /<a class="name"[^>]*href="\/users\/901"/);
  }
});

Deno.test("a notice whose sentence has a subject stays as Twitch wrote it", () => {
  const sentences: Record<string, string> = {
    "msg-id=resub;system-msg=HarborMod\\ssubscribed.": "Resub HarborMod subscribed.",
    "msg-id=resub;system-msg=Her_Old_Name\\ssubscribed.": "Resub Her_Old_Name subscribed.",
    "msg-id=raid;system-msg=5\\sraiders\\sfrom\\sharbormod\\shave\\sjoined!":
      "Raid 5 raiders from harbormod have joined!",
    "msg-id=unraid;system-msg=The\\sraid\\shas\\sbeen\\scanceled.": "Raid The raid has been canceled.",
    "msg-id=subgift;system-msg=An\\sanonymous\\suser\\sgifted\\sa\\ssub!":
      "Gift An anonymous user gifted a sub!",
    "msg-id=somethingnew;system-msg=Say\\shello\\sto\\sHarborMod!": "Notice Say hello to HarborMod!",
  };
  for (const [tags, expected] of Object.entries(sentences)) {
    assert.equal(words(shown(noticeOf(tags))), expected);
  }
  assert.equal(words(shown(noticeOf("msg-id=announcement", "hats on"))), "Announcement HarborMod: hats on");
});

Deno.test("a notice shows its author even if the login is a word of the sentence", () => {
  const event = noticeOf("msg-id=modiversary;system-msg=has\\sbeen\\sa\\smoderator\\sfor\\s18\\smonths!");
  const moderator = { ...event, author: { ...event.author!, login: "moderator", displayName: "Moderator" } };
  assert.match(words(shown(moderator)), /^Moderator Moderator has been a moderator/);
});

Deno.test("search words are highlighted in a notice's sentence, in its text, and across both", () => {
  const gifting = noticeOf("msg-id=submysterygift;system-msg=HarborMod\\sis\\sgifting\\s5\\ssubs!");
  assert.match(shown(gifting, "gifting"), /is <mark>gifting<\/mark> 5/);
  const both = noticeOf("msg-id=resub;system-msg=HarborMod\\ssubscribed\\sagain!", "again three years");
  assert.equal(shown(both, "again").match(/<mark>again<\/mark>/g)?.length, 2);
  assert.match(shown(both, "years"), /three <mark>years<\/mark>/);
  assert.match(
    shown(both, '"years harbormod"'),
    /<mark>HarborMod<\/mark><\/a> subscribed.*three <mark>years<\/mark>/s,
  );
  assert.doesNotMatch(shown(both, "absent"), /<mark>/);
});
