/** What the stand-in for Twitch can be told to do, and what it counts. */
import type { CloseReason } from "./client.ts";
import type { Piece } from "./outbox.ts";
import type { Faults, Rules } from "./rules.ts";

export interface StandInOptions extends Partial<Omit<Rules, "roomId">> {
  /** 0 takes a free one. */
  port?: number;
  /** Ids of channels; the others get invented ones, the same every time. */
  roomId?: (login: string) => number | undefined;
  /** Every line that a client says. */
  onLine?: (line: string) => void;
  /** Every line that is said in a channel, whoever is there to hear it. */
  onSaid?: (line: string) => void;
}

export interface Counters {
  /** Connections ever accepted, and now open. */
  accepted: number;
  open: number;
  joins: number;
  parts: number;
  linesIn: number;
  /** Lines handed over for writing, once for each connection. */
  linesOut: number;
  closed: Record<CloseReason, number>;
}

export interface StandIn extends AsyncDisposable {
  /** `ircs://127.0.0.1:port` */
  url: string;
  /** PEM, for `caCerts`. */
  caCert: string;
  port: number;
  counters: Readonly<Counters>;
  /** Live: what is set here holds from now on. */
  faults: Faults;
  roomId(login: string): number;
  /** Sends a line (without line end) to every connection that joined its channel; says to how many. */
  send(line: string): number;
  /** Sends a line to every connection; says to how many. */
  sendToAll(line: string): number;
  /** Puts it on the wire of every connection as it is; bytes must not change afterwards. */
  sendRaw(piece: Piece): void;
  /** Resolves when no reader is behind by much. Whoever sends in bulk waits for it now and then. */
  ready(): Promise<void>;
  joined(login: string): boolean;
  waitForJoin(login: string): Promise<void>;
  /** Resolves once the condition holds; it is looked at whenever somebody comes, joins, parts or goes. */
  when(condition: () => boolean): Promise<void>;
  /** Ends every connection: after what waits is written, or at once. */
  dropAll(how?: { hard?: boolean }): Promise<void>;
  /** Ends the oldest connection at once. */
  dropOne(): void;
  /** Writes half of a line to whoever joined its channel, and ends those connections. */
  cut(line: string): Promise<void>;
  /** Announces the end of every connection, as Twitch does before maintenance. */
  reconnectAll(): void;
}
