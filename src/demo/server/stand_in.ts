/** The controls of the stand-in for Twitch, and its counters. */
import type { CloseReason } from "./client.ts";
import type { Piece } from "./outbox.ts";
import type { Faults, Rules } from "./rules.ts";

export interface StandInOptions extends Partial<Omit<Rules, "roomId">> {
  /** 0 = any free port. */
  port?: number;
  /** Ids of channels; the others get invented ones, the same every time. */
  roomId?: (login: string) => number | undefined;
  /** Called with every line that a client sends. */
  onLine?: (line: string) => void;
  /** Called with every line that is sent to a channel, even if no client has joined it. */
  onSaid?: (line: string) => void;
}

export interface Counters {
  /** Connections accepted since the start, and open now. */
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
  /** The faults to simulate from now on. */
  faults: Faults;
  roomId(login: string): number;
  /** Sends a line (without line end) to every connection that joined its channel; returns their number. */
  send(line: string): number;
  /** Sends a line to every connection; returns their number. */
  sendToAll(line: string): number;
  /** Sends it unchanged to every connection; bytes must not change afterwards. */
  sendRaw(piece: Piece): void;
  /** Resolves when no reader is far behind. A test that sends many lines waits for it regularly. */
  ready(): Promise<void>;
  joined(login: string): boolean;
  waitForJoin(login: string): Promise<void>;
  /** Resolves once the condition holds; it is checked whenever a client connects, joins, parts or disconnects. */
  when(condition: () => boolean): Promise<void>;
  /** Ends every connection: after its waiting lines are written, or at once. */
  dropAll(how?: { hard?: boolean }): Promise<void>;
  /** Ends the oldest connection at once. */
  dropOne(): void;
  /** Writes half of a line to every connection that joined its channel, and ends those connections. */
  cut(line: string): Promise<void>;
  /** Announces the end of every connection, as Twitch does before maintenance. */
  reconnectAll(): void;
}
