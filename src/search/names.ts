/** The channels, users and messages that a search names, which must be looked up before it can be compiled. */
import type { Leaf, Node } from "./language/tree.ts";
import { readNumberedId } from "./language/values.ts";

/** An operator in a search. */
export type Operator = Extract<Leaf, { kind: "operator" }>;

/** The names in a search, as they were typed. */
export interface Named {
  /** Names of channels. */
  channels: string[];
  /** Names of users. */
  users: string[];
  /** Ids of messages in the archive. */
  messages: number[];
}

/** The channels, users and threads that the archive has by these names. */
export interface Known {
  /** Ids of channels by name. */
  channels: ReadonlyMap<string, readonly number[]>;
  /** Users by name, with every login that they have had. */
  users: ReadonlyMap<string, { id: number; logins: readonly string[] }>;
  /** The threads of messages, by the message's id. */
  threads: ReadonlyMap<number, KnownThread>;
}

/** The thread of a message. */
export interface KnownThread {
  /** Twitch's id of the message that began it. */
  uuid: string;
  /** The archive's id of its channel. */
  channelId: number;
}

/** The names to look up for a search. */
export function namesIn(search: readonly Node[]): Named {
  const named: Named = { channels: [], users: [], messages: [] };
  for (const { name, value } of operatorsIn(search)) {
    if (readNumberedId(value) !== undefined) continue;
    if (name === "in") named.channels.push(value);
    if (name === "from" || name === "to" || name === "mentions") named.users.push(value);
    if (name === "thread" && /^\d+$/.test(value)) named.messages.push(Number(value));
  }
  return named;
}

function operatorsIn(nodes: readonly Node[]): Operator[] {
  return nodes.flatMap((node) => {
    switch (node.kind) {
      case "operator":
        return [node];
      case "not":
        return operatorsIn([node.of]);
      case "all":
      case "any":
        return operatorsIn(node.of);
      default:
        return [];
    }
  });
}
