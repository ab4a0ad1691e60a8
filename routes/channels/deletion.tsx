/** Deletes a channel, with or without its messages. */
import type { Handler } from "hono";
import { z } from "zod";
import type { Channel } from "../../src/archive/channel.ts";
import { counted } from "../../components/numbers.ts";
import { pathId, readForm } from "../../src/web/params.ts";
import { noteObject } from "../access/audited.ts";
import { findChannel } from "../shared/find_channel.ts";
import type { Env, Site } from "../site.tsx";

export function ask(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    return await site.page(
      c,
      { title: `Delete ${channel.login}`, section: "channels", channelId: channel.id },
      <Question channel={channel} />,
    );
  };
}

const Answer = z.object({ messages: z.enum(["keep", "delete"]) });

export function remove(site: Site): Handler<Env> {
  return async (c) => {
    const channel = await findChannel(site, pathId(c));
    const { messages } = await readForm(c, Answer);
    noteObject(c, `${channel.login}, its ${channel.messages} messages: ${messages}`);
    await site.recorder.deleteChannel(channel.id, messages === "delete");
    return c.redirect("/channels", 303);
  };
}

function Question({ channel }: { channel: Channel }) {
  const messages = counted(channel.messages, "message");
  return (
    <form class="page narrow question" method="post" action={`/channels/${channel.id}/delete`}>
      <h1>Delete {channel.login}?</h1>
      <p>Recording of this channel ends. The archive holds {messages} of it.</p>
      <fieldset>
        <legend>What should become of {channel.messages === 1 ? "it" : "them"}?</legend>
        <label class="choice">
          <input type="radio" name="messages" value="keep" checked />
          <span>
            <strong>Keep the messages</strong>
            They stay searchable; adding the channel again brings it back.
          </span>
        </label>
        <label class="choice">
          <input type="radio" name="messages" value="delete" />
          <span>
            <strong>Delete the messages, too</strong>
            All {messages} are deleted permanently.
          </span>
        </label>
      </fieldset>
      <p class="row-of-buttons">
        <button class="button danger" type="submit">Delete the channel</button>
        <a class="button" href="/channels">Cancel</a>
      </p>
    </form>
  );
}
