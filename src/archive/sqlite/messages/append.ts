/** Inserts events into `messages` and its index. Every method runs inside the caller's transaction. */
import type { DatabaseSync } from "node:sqlite";
import type { Channel } from "../../channel.ts";
import { ALL_CHANNELS } from "../../writer.ts";
import { type Author, type ChatEvent, KINDS, type Received } from "../../../chat/events.ts";
import { receivedAt } from "../../../chat/ids.ts";
import { Authors, unpackAuthor } from "../codec/authors.ts";
import { ChannelStates } from "../channels/channel_states.ts";
import type { ChannelWriter } from "../channels/channel_writer.ts";
import { type Announced, type Appended, markAnnounced, type Placed, type Tense } from "./appended.ts";
import type { Counted } from "./counters.ts";
import type { IdClock } from "./id_clock.ts";
import { type ColumnarBatch, IRREGULAR } from "./batch.ts";
import type { Removals, Target } from "./removals.ts";
import { ID_BYTES, packId } from "../codec/twitch_message_id.ts";
import { storedTags } from "../codec/event_row.ts";
import { scopesOf, termsOfAuthor } from "../search/terms.ts";
import { expand, TagTemplates, type TemplatedTags, toTemplate } from "../codec/tag_templates.ts";
import type { RepeatedTexts } from "../codec/repeated_texts.ts";
import type { UserWriter } from "../users/user_writer.ts";
import { formerTermsOf } from "../upgrade/former_terms.ts";
import { MessageTerms } from "../upgrade/message_terms.ts";
import type { WriterIndexes } from "../fts5/writer_indexes.ts";
import { AppError } from "../../../chat/errors.ts";

interface SharedChannel {
  channel: Channel;
  /** Whether the lines have another room id than the channel. */
  hasOtherRoom: boolean;
  /** The channel's term in the index. */
  scope: string;
}

interface SharedAuthor {
  userId: number;
  authorId: number;
  /** The author's terms in the index. */
  terms: string;
}

/**
 * Values that rows of a batch share, by index in the batch's dictionaries. Each is looked up when the first row needs it,
 * because irregular rows before that may rename or create a user.
 */
interface Shared {
  channels: (SharedChannel | undefined)[];
  authors: (SharedAuthor | undefined)[];
  templateIds: (number | undefined)[];
  /** See `MessageTerms.from`. Below it are new messages only if older ones were stored with a clock that was ahead. */
  termsFrom: number;
}

interface Neighbours {
  channels: ChannelWriter;
  users: UserWriter;
  removals: Removals;
  texts: RepeatedTexts;
  indexes: WriterIndexes;
}

export class Appender {
  readonly #authors: Authors;
  readonly #templates: TagTemplates;
  readonly #channels: ChannelWriter;
  readonly #users: UserWriter;
  readonly #removals: Removals;
  readonly #states: ChannelStates;
  readonly #texts: RepeatedTexts;
  readonly #indexes: WriterIndexes;
  readonly #terms: MessageTerms;
  readonly #sql;

  constructor(db: DatabaseSync, { channels, users, removals, texts, indexes }: Neighbours) {
    this.#authors = new Authors(db);
    this.#templates = new TagTemplates(db);
    this.#channels = channels;
    this.#users = users;
    this.#removals = removals;
    this.#states = new ChannelStates(db);
    this.#texts = texts;
    this.#indexes = indexes;
    this.#terms = new MessageTerms(db);
    // Run by `get`: `run` builds a result object, and takes 0.4 µs longer.
    this.#sql = {
      insert: db.prepare(`
        INSERT INTO messages (id, channel_id, author_id, sent, shape_id, uuid, text, tag_values)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    };
  }

  /** Reloads the caches. Call it after a rollback. */
  forget(): void {
    this.#authors.forget();
    this.#templates.reload();
  }

  /**
   * Appends a batch. Adds new users, authors and names, and marks messages that deletions, timeouts and bans removed.
   * @throws AppError refused if a channel is unknown or being deleted
   */
  append(batch: ColumnarBatch, ids: IdClock, announce: ReadonlySet<number>): Appended {
    const announced: Announced[] = [];
    const counted: Counted[] = [];
    const shared: Shared = {
      channels: [],
      authors: [],
      templateIds: this.#templateIdsOf(batch),
      termsFrom: this.#terms.from,
    };
    const announcesAll = announce.has(ALL_CHANNELS);
    let others = 0;
    let lastId = ids.last;
    for (let index = 0; index < batch.size; index++) {
      const other = batch.kinds[index] === IRREGULAR ? batch.others[others++]! : undefined;
      const id = ids.after(lastId, other?.receivedAt ?? batch.receivedAt[index]!);
      const placed = other && this.place(other, id, "now");
      const row = other ? placed : this.#appendUsual(batch, shared, index, id);
      if (!row) continue;
      lastId = id;
      counted.push(row);
      const { channelId, userId } = row;
      if (announcesAll || announce.has(channelId)) {
        announced.push({ index, id, channelId, userId, ...placed?.changed && { changed: placed.changed } });
      }
      if (placed && placed.removed.length > 0) markAnnounced(other!.event, id, placed.removed, announced);
    }
    return { announced, counted, repeated: batch.size - counted.length, lastId };
  }

  /**
   * Stores one event, and marks the messages that it removed. A ROOMSTATE that changes nothing is not stored: undefined.
   * @throws AppError refused if its channel is unknown or being deleted
   */
  place({ event, receivedAt: at }: Received, id: number, tense: Tense): Placed | undefined {
    const channel = this.channelOf(event.channel, event.roomId, at);
    let changed: string[] | undefined;
    if (event.kind === "state") {
      changed = this.#states.changedBy(event.tags, channel.id, id);
      if (changed?.length === 0) return undefined;
      this.#states.note(event.tags, channel.id, id);
    }
    const target = this.#removals.target(event, id, channel.id);
    const userId = event.author && this.#userOf(event.author, target, at, tense);
    this.#insert(event, id, channel, userId, changed);
    const removed = this.#removals.mark(event, id, channel.id, userId, target);
    return { id, channelId: channel.id, userId, kind: event.kind, removed, changed };
  }

  /** @throws AppError refused if the channel is unknown or being deleted */
  channelOf(login: string, roomId: number | undefined, receivedAt: number): Channel {
    const channel = this.#channels.ofLine(login, roomId, receivedAt);
    if (!channel || channel.deleting) {
      throw new AppError(
        "refused",
        `Cannot store an event of the channel "${login}": the archive does not know it`,
      );
    }
    if (roomId !== undefined && channel.twitchId === undefined) this.#channels.learnTwitchId(channel, roomId);
    return channel;
  }

  /** Several users may have had a login: for a deletion, returns the author of the deleted message. */
  #userOf(author: Author, target: Target | undefined, at: number, tense: Tense): number {
    if (target?.userId !== undefined && target.login === author.login) return target.userId;
    return tense === "now" ? this.#users.resolve(author, at) : this.#users.resolvePast(author, at);
  }

  #insert(event: ChatEvent, id: number, channel: Channel, userId?: number, changed?: string[]): void {
    const tags = toTemplate(storedTags(event, channel.twitchId, userId, changed));
    const { id: templateId, values } = this.#templates.store(event.kind, tags, event.text);
    this.#sql.insert.get(
      id,
      channel.id,
      event.author ? this.#authors.store(event.author, userId!) : null,
      event.sentAt === undefined ? null : receivedAt(id) - event.sentAt,
      templateId,
      packId(event.uuid),
      this.#texts.store(event.text, channel.id, id),
      values,
    );
    this.#indexes.insert(
      "messages_index",
      id,
      this.#terms.of({ ...event, id, channelId: channel.id, userId }),
    );
  }

  #templateIdsOf({ templates }: ColumnarBatch): (number | undefined)[] {
    return templates.map(({ kind, template }) => this.#templates.idOf(KINDS[kind]!, template));
  }

  #sharedChannel({ login, roomId }: ColumnarBatch["channels"][number]): SharedChannel {
    // Regular rows have a room id, so the time is not used.
    const channel = this.channelOf(login, roomId, 0);
    return { channel, hasOtherRoom: channel.twitchId !== roomId, scope: scopesOf({ channelId: channel.id }) };
  }

  #sharedAuthor({ packed, firstAt }: ColumnarBatch["authors"][number]): SharedAuthor {
    const author = unpackAuthor(packed);
    const userId = this.#users.resolve(author, firstAt);
    return { userId, authorId: this.#authors.storePacked(packed), terms: termsOfAuthor(author, userId) };
  }

  #appendUsual(batch: ColumnarBatch, shared: Shared, index: number, id: number): Counted {
    const [channelAt, authorAt] = [batch.channel[index]!, batch.author[index]!];
    const { channel, hasOtherRoom, scope: where } = shared.channels[channelAt] ??= this.#sharedChannel(
      batch.channels[channelAt]!,
    );
    const { userId, authorId, terms: who } = shared.authors[authorAt] ??= this.#sharedAuthor(
      batch.authors[authorAt]!,
    );
    const kind = KINDS[batch.kinds[index]!]!;
    const templateId = shared.templateIds[batch.template[index]!];
    const text = batch.texts[index]!;
    const stored = hasOtherRoom || templateId === undefined
      ? this.#templates.store(kind, this.#markedTags(batch, index, channel.twitchId), text)
      : { id: templateId, values: this.#templates.shorten(batch.values[index]!, text) };
    this.#sql.insert.get(
      id,
      channel.id,
      authorId,
      receivedAt(id) - batch.sentAt[index]!,
      stored.id,
      batch.ids.subarray(index * ID_BYTES, index * ID_BYTES + batch.idBytes[index]!),
      this.#texts.store(text, channel.id, id),
      stored.values,
    );
    const content = batch.terms[index] ?? text;
    const terms = id >= shared.termsFrom
      ? `${where} ${who} ${content}`
      : formerTermsOf({ kind, text, tags: [], channelId: channel.id, userId });
    this.#indexes.insert("messages_index", id, terms);
    return { id, channelId: channel.id, userId, kind };
  }

  /** The tags with a mark for a room id that is not the channel's. */
  #markedTags(batch: ColumnarBatch, index: number, twitchId: number | undefined): TemplatedTags {
    const { template } = batch.templates[batch.template[index]!]!;
    const { roomId } = batch.channels[batch.channel[index]!]!;
    return toTemplate(
      storedTags({ tags: expand({ template, values: batch.values[index]! }), roomId }, twitchId),
    );
  }
}
