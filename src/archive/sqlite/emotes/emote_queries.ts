/** Reads sets of emotes, and pictures of emotes. */
import type { DatabaseSync } from "node:sqlite";
import type { StoredPicture } from "../../emotes.ts";
import type { DatedEmote, EmoteService } from "../../../chat/set_emotes.ts";

export class EmoteQueries {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      emotes: db.prepare(`
        SELECT service, emote, name, overlay, ratio, from_at, until_at
        FROM set_emotes
        WHERE channel_id IS ?`),
      picture: db.prepare(`
        SELECT p.type, p.bytes, p.hash
        FROM picture_names AS n
        JOIN pictures AS p ON p.id = n.picture_id
        WHERE n.name = ?`),
    };
  }

  setEmotes(channelId: number | undefined): DatedEmote[] {
    const emotes = this.#sql.emotes.all(channelId ?? null).map((row): DatedEmote => ({
      service: row.service as EmoteService,
      id: row.emote as string,
      name: row.name as string,
      isOverlay: row.overlay === 1,
      ratio: row.ratio as number,
      from: row.from_at as number,
      until: row.until_at as number | null ?? undefined,
    }));
    return emotes.sort((a, b) => b.from - a.from);
  }

  picture(name: string): StoredPicture | undefined {
    const row = this.#sql.picture.get(name);
    return row && {
      type: row.type as string,
      bytes: row.bytes as Uint8Array<ArrayBuffer>,
      hash: (row.hash as Uint8Array).toHex(),
    };
  }
}
