import { Dice } from "./dice.js";
import { type Library, MUTATIONS, type Piece } from "./mutations.js";
import type { Session, Side } from "./sessions.js";
import { join } from "../support/wire.js";

/** How bytes come: into the link's own memory as from a TCP socket, in chunks as from a WebSocket, or as to a page. */
export type Arrival = "in its window" | "in chunks" | "in a page's chunks";

/** What is said to one side of a session, with mistakes in it. */
export interface Mutant {
  readonly number: number;
  readonly session: Session;
  /** Who is under test; the pieces are what the other side says. */
  readonly subject: Side;
  readonly pieces: readonly Piece[];
  /** What was changed, in words. */
  readonly changes: readonly string[];
  readonly arrival: Arrival;
  readonly isDebugging: boolean;
  /** Whether the process has little memory for its links. */
  readonly isScarce: boolean;
  /** Whether the peer reads what it is told. */
  readonly peerReads: boolean;
  /** Time that passes before the connection breaks. */
  readonly lingerMs: number;
  /** What the side under test does by itself, and before which piece. */
  readonly ending: { readonly before: number; readonly by: "drain" | "close" } | undefined;
}

export const ARRIVALS: readonly Arrival[] = ["in its window", "in chunks", "in a page's chunks"];
const SIDES: readonly Side[] = ["client", "server"];
const MOST_CHANGES = 5;
/** Above this a session is not said byte by byte, and no frame in more pieces: each piece is work of its own. */
const BYTEWISE_BYTES = 2000;

/** Makes mutants by number: the same seed, number and sessions make the same one. */
export class Breeder {
  private readonly libraries: { readonly [side in Side]: Library };

  constructor(
    private readonly seed: number,
    private readonly sessions: readonly Session[],
  ) {
    const saidBy = (side: Side): Library =>
      sessions.map((session) => piecesOf(session, side).map(({ bytes }) => bytes)).filter(({ length }) => length > 0);
    this.libraries = { client: saidBy("client"), server: saidBy("server") };
  }

  /** @param subject who is under test; the number decides when it is not given. */
  mutant(number: number, given?: Side): Mutant {
    const dice = new Dice(this.seed ^ Math.imul(number, 0x9e3779b1));
    const subject = given ?? dice.pick(SIDES);
    const peer = subject === "client" ? "server" : "client";
    const session = dice.pick(this.sessions);
    const pieces = piecesOf(session, peer);
    const changes: string[] = [];
    do changes.push(this.change(pieces, dice, peer));
    while (changes.length < MOST_CHANGES && dice.oneIn(2));
    const ending = { before: dice.below(pieces.length), by: dice.pick(["drain", "close"] as const) };
    return {
      number,
      session,
      subject,
      pieces: recut(pieces, dice),
      changes,
      arrival: dice.pick(ARRIVALS),
      isDebugging: dice.oneIn(8),
      isScarce: dice.oneIn(8),
      peerReads: !dice.oneIn(8),
      lingerMs: dice.pick([0, 0, 0, 1000, 5000, 60_000]),
      ending: dice.oneIn(8) ? ending : undefined,
    };
  }

  private change(pieces: Piece[], dice: Dice, peer: Side): string {
    if (pieces.length === 0) return "there is nothing left to change";
    const [name, mutate] = dice.pick(MUTATIONS);
    mutate(pieces, dice, this.libraries[dice.oneIn(8) ? other(peer) : peer]);
    return name;
  }
}

/** What one side says in a session, frame by frame. Only a server has to be told when time passes: its client's play does that. */
export function piecesOf({ events }: Session, side: Side): Piece[] {
  const pieces: Piece[] = [];
  let passMs = 0;
  for (const event of events) {
    if ("passMs" in event) passMs += side === "client" ? event.passMs : 0;
    else if (event.side === side) {
      event.frames.forEach((bytes, i) => pieces.push({ bytes, passMs: i === 0 ? passMs : 0, isTurn: i === 0 }));
      passMs = 0;
    }
  }
  return pieces;
}

function other(side: Side): Side {
  return side === "client" ? "server" : "client";
}

/** The same bytes in other pieces: a frame each, all in one, byte by byte, or cut anywhere. */
function recut(pieces: Piece[], dice: Dice): Piece[] {
  const way = dice.below(5);
  if (way < 2) return pieces;
  if (way === 2) return [{ bytes: join(...pieces.map(({ bytes }) => bytes)), passMs: 0, isTurn: true }];
  const total = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const isBytewise = way === 3 && total <= BYTEWISE_BYTES;
  return pieces.flatMap((piece) => {
    const { length } = piece.bytes;
    const size = isBytewise ? 1 : 1 + dice.below(length + 8);
    return split(piece, Math.max(size, Math.ceil(length / BYTEWISE_BYTES)));
  });
}

/** A piece as several of at most `size` bytes. */
function split(piece: Piece, size: number): Piece[] {
  const { bytes } = piece;
  if (bytes.length <= size) return [piece];
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => ({
    bytes: bytes.subarray(i * size, (i + 1) * size),
    passMs: i === 0 ? piece.passMs : 0,
    isTurn: i === 0 && piece.isTurn,
  }));
}
