import assert from "node:assert/strict";
import { contentTerms } from "../../../src/archive/sqlite/search/terms.ts";
import { toTemplate } from "../../../src/archive/sqlite/codec/tag_templates.ts";
import { fileLines } from "../../../src/demo/line_file.ts";
import { sayOnlyEmotes } from "../../../src/irc/events/privmsg.ts";
import { readLine } from "../../../src/irc/read.ts";
import { splitTags } from "../../../src/irc/syntax/tags.ts";
import { dataFile } from "../../support/chat/recorded.ts";

Deno.test("the fast path for terms of recorded messages gives the same terms as the full path", async () => {
  let plain = 0;
  let all = 0;
  for (const name of ["kinds-dev.irc", "raw-forsen-2022.irc", "raw-forsen-2023.irc"]) {
    const path = dataFile(name);
    if (path === undefined) return;
    for await (const part of fileLines(path)) {
      for (const { line } of part) {
        const reading = readLine(line);
        if (reading.kind !== "chat") continue;
        const { event } = reading;
        const isPlain = event.kind === "message" &&
          sayOnlyEmotes(splitTags(toTemplate(event.tags).template));
        all++;
        if (isPlain) plain++;
        assert.equal(contentTerms(event, isPlain), contentTerms(event), line);
      }
    }
  }
  assert.ok(plain > all / 3, `${plain} of ${all}`);
});
