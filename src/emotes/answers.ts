/**
 * The answers of the services with sets of emotes, as their public interfaces send them in 2026: BetterTTV's version 3,
 * FrankerFaceZ's version 1 and 7TV's version 3.
 */
import { z } from "zod";
import type { EmoteService, SetEmote } from "../chat/set_emotes.ts";
import { type Answer, jsonOf, RequestError } from "../http_client.ts";

/** An emote of a set, and when it was added, if the service says so: epoch milliseconds. */
export interface AnsweredEmote extends SetEmote {
  addedAt?: number;
}

/** More are not stored: 7TV's largest sets have 1,000. */
const MAX_SET_EMOTES = 5_000;
const MIN_RATIO = 0.25;
const MAX_RATIO = 4;

const id = z.union([z.string(), z.number().int()]).transform(String).pipe(z.string().regex(/^[\w-]{1,64}$/));
/** White space separates words, so a name with it is never written. */
const name = z.string().regex(/^\S{1,100}$/u);
const size = z.number().positive().nullish();

/** A list without its malformed elements. It is malformed itself if most of them are. */
function mostOf<Item extends z.ZodType>(item: Item) {
  return z.array(z.unknown()).transform((elements, context) => {
    const read = elements.map((element) => item.safeParse(element));
    const good = read.filter(({ success }) => success);
    if (good.length * 2 < elements.length) {
      const { path, message } = read.find(({ success }) => !success)!.error!.issues[0]!;
      context.addIssue({ code: "custom", message, path });
    }
    return good.map(({ data }) => data!);
  });
}

const BttvEmote = z.object({ id, code: name, width: size, height: size });
const BttvGlobal = mostOf(BttvEmote);
const BttvChannel = z.object({ channelEmotes: mostOf(BttvEmote), sharedEmotes: mostOf(BttvEmote) });

const FfzEmote = z.object({
  id,
  name,
  width: size,
  height: size,
  modifier: z.boolean().nullish(),
  modifier_flags: z.number().int().nullish(),
});
const FfzSets = z.record(z.string(), z.object({ emoticons: mostOf(FfzEmote) }));
const FfzGlobal = z.object({ default_sets: z.array(z.number().int()), sets: FfzSets });
const FfzChannel = z.object({ room: z.object({ set: z.number().int() }), sets: FfzSets });

const SevenTvEmote = z.object({
  id,
  name,
  flags: z.number().int().nullish(),
  timestamp: z.number().int().nullish(),
  data: z.object({
    flags: z.number().int().nullish(),
    host: z.object({ files: z.array(z.object({ name: z.string(), width: size, height: size })) }),
  }),
});
const SevenTvSet = z.object({ emotes: mostOf(SevenTvEmote).nullish() });
/** A channel may have no set that is in use. */
const SevenTvChannel = z.object({ emote_set: SevenTvSet.nullable() });

/** BetterTTV's overlays have no mark in its answers: their names are fixed. */
const BTTV_OVERLAYS: ReadonlySet<string> = new Set([
  "SoSnowy",
  "IceCold",
  "SantaHat",
  "TopHat",
  "ReinDeer",
  "CandyCane",
  "cvMask",
  "cvHazmat",
]);
/** A modifier of FrankerFaceZ that only changes the emote before it has no picture to show. */
const FFZ_HIDDEN = 1;
/** In a set of 7TV, and of an emote of 7TV. */
const SEVENTV_SET_OVERLAY = 1;
const SEVENTV_OVERLAY = 1 << 8;

/** Returns the emotes of a set. @throws {RequestError} if the answer is not one of the service */
type Reader = (json: unknown, isGlobal: boolean) => AnsweredEmote[];

const READERS: Readonly<Record<EmoteService, Reader>> = {
  bttv(json, isGlobal) {
    const emotes = isGlobal ? BttvGlobal.parse(json) : bothOf(BttvChannel.parse(json));
    return emotes.map(({ id, code, width, height }) => ({
      service: "bttv",
      id,
      name: code,
      isOverlay: isGlobal && BTTV_OVERLAYS.has(code),
      ratio: ratioOf(width, height),
    }));
  },
  ffz(json, isGlobal) {
    const { sets, shown } = isGlobal ? defaultSets(FfzGlobal.parse(json)) : roomSet(FfzChannel.parse(json));
    return shown.flatMap((set) => sets[set]?.emoticons ?? [])
      .filter(({ modifier_flags }) => ((modifier_flags ?? 0) & FFZ_HIDDEN) === 0)
      .map(({ id, name, width, height, modifier }) => ({
        service: "ffz",
        id,
        name,
        isOverlay: modifier === true,
        ratio: ratioOf(width, height),
      }));
  },
  "7tv"(json, isGlobal) {
    const set = isGlobal ? SevenTvSet.parse(json) : SevenTvChannel.parse(json).emote_set;
    return (set?.emotes ?? []).map(({ id, name, flags, timestamp, data }) => {
      const { width, height } = data.host.files.find((file) => file.name.startsWith("1x.")) ?? {};
      return {
        service: "7tv",
        id,
        name,
        isOverlay: ((flags ?? 0) & SEVENTV_SET_OVERLAY) !== 0 || ((data.flags ?? 0) & SEVENTV_OVERLAY) !== 0,
        ratio: ratioOf(width, height),
        addedAt: timestamp ?? undefined,
      };
    });
  },
};

/**
 * The emotes of an answer, each name once. None if the service answers that it does not know the channel.
 * @throws {RequestError} if it is no answer of the service
 */
export function emotesOf(service: EmoteService, answer: Answer, isGlobal: boolean): AnsweredEmote[] {
  // Each of them answers so for channels whose owners do not use it.
  if (answer.status === 404 && !isGlobal) return [];
  if (answer.status !== 200) throw new RequestError(`it answered ${answer.status}`, false);
  try {
    const named = new Map(READERS[service](jsonOf(answer), isGlobal).map((emote) => [emote.name, emote]));
    return [...named.values()].slice(0, MAX_SET_EMOTES);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const { path, message } = error.issues[0]!;
    const place = path.length === 0 ? "" : ` at ${path.join(".")}`;
    throw new RequestError(`the answer is not a set of emotes${place}: ${message}`, false, { cause: error });
  }
}

function bothOf({ channelEmotes, sharedEmotes }: z.infer<typeof BttvChannel>) {
  return [...sharedEmotes, ...channelEmotes];
}

function defaultSets({ default_sets, sets }: z.infer<typeof FfzGlobal>) {
  return { sets, shown: default_sets };
}

function roomSet({ room, sets }: z.infer<typeof FfzChannel>) {
  return { sets, shown: [room.set] };
}

function ratioOf(width: number | null | undefined, height: number | null | undefined): number {
  if (!width || !height) return 1;
  return Math.min(MAX_RATIO, Math.max(MIN_RATIO, Math.round(width / height * 100) / 100));
}
