import { Echo, Payload } from "../../schemas/gen/echo.js";
import { Market } from "../../schemas/gen/market.js";
import * as wire from "../support/wire.js";
import type { Dice } from "./dice.js";

/** A part of a session: bytes of one side, usually a frame. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Time that passes before it is said. */
  readonly passMs: number;
  /** Whether the other side acts before it is said. */
  readonly isTurn: boolean;
}

/** Where a mutation takes frames of other sessions from. */
export type Library = readonly (readonly Uint8Array[])[];

/** Changes the pieces of a session; there is at least one. */
export type Mutation = (pieces: Piece[], dice: Dice, library: Library) => void;

/** Numbers at which something is decided somewhere. */
const NUMBERS = [
  0,
  1,
  2,
  7,
  8,
  15,
  16,
  17,
  23,
  24,
  31,
  32,
  255,
  256,
  1023,
  1024,
  4095,
  4096,
  8192,
  16_383,
  16_384,
  16_385,
  65_535,
  65_536,
  262_144,
  2 ** 20,
  2 ** 24,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 32 - 8,
  2 ** 32 - 1,
];
const BYTES = [0, 1, 2, 3, 4, 7, 8, 9, 10, 14, 15, 16, 0x20, 0x7f, 0x80, 0xfe, 0xff];
const STREAMS = [0, 1, 2, 3, 4, 5, 100, 101, 2 ** 20 - 1, 2 ** 20 + 1, 2 ** 20 + 2, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1];
const FLAGS = [0, wire.END, wire.MORE, wire.END | wire.MORE, wire.IGNORABLE, wire.IGNORABLE | wire.END, 4, 0x80];
const IDS = [...[...Echo.methods, ...Market.methods, Payload].map(({ id }) => id), 0x4d3501ed, Echo.schema.id];
const PAUSES_MS = [1, 500, 1000, 2000, 5000, 10_000, 15_000, 60_000];
/** Where in a frame each of its header's fields starts, and how it is changed. */
const LENGTH = 0;
const KIND = 4;
const FLAG = 5;
const EXT = 6;
const RESERVED = 7;
const STREAM = 8;
const AUX = 12;
const HEADER_BYTES = 16;
/** A frame is not repeated beyond this: what many cost is for floods to show, each of them is little. */
const REPEATED_BYTES = 8192;

/** All mutations; those that are listed twice are done twice as often. */
export const MUTATIONS: readonly (readonly [name: string, mutate: Mutation])[] = [
  ["a bit is flipped", inFrame((view, dice) => flip(view, dice.below(view.byteLength), 1 << dice.below(8)))],
  ["a byte is set", inFrame((view, dice) => view.setUint8(dice.below(view.byteLength), dice.pick(BYTES)))],
  ["a byte of the header is set", inFrame((view, dice) => view.setUint8(dice.below(HEADER_BYTES), dice.pick(BYTES)))],
  ["a number is set", inFrame(setNumber)],
  ["a number is set", inFrame(setNumber)],
  ["a short number is set", inFrame(setShort)],
  ["a length is set", inFrame((view, dice) => view.setUint32(LENGTH, dice.pick(NUMBERS), true))],
  ["a length is off by a little", inFrame(nudgeLength)],
  ["a kind is set", inFrame((view, dice) => view.setUint8(KIND, dice.below(16)))],
  ["flags are set", inFrame((view, dice) => view.setUint8(FLAG, dice.pick(FLAGS)))],
  ["flags are set", inFrame((view, dice) => view.setUint8(FLAG, dice.pick(FLAGS)))],
  ["the length of an extension is set", inFrame((view, dice) => view.setUint8(EXT, dice.below(9)))],
  ["the reserved byte is set", inFrame((view, dice) => view.setUint8(RESERVED, dice.below(256)))],
  ["a stream is set", inFrame((view, dice) => view.setUint32(STREAM, dice.pick(STREAMS), true))],
  ["a stream is set", inFrame((view, dice) => view.setUint32(STREAM, dice.pick(STREAMS), true))],
  ["an aux is set", inFrame((view, dice) => view.setUint32(AUX, dice.pick(NUMBERS), true))],
  ["an id is set", inFrame((view, dice) => view.setUint32(AUX, dice.pick(IDS), true))],
  ["a frame is dropped", (pieces, dice) => void pieces.splice(dice.below(pieces.length), 1)],
  ["a frame is doubled", double],
  ["a frame is said many times", repeat],
  ["two frames change places", swap],
  ["a frame is cut short", resize(shorter)],
  ["a frame grows", resize(longer)],
  ["bytes are lost", lose],
  ["a frame is made up", insert(madeUp)],
  ["a frame is made up", insert(madeUp)],
  ["a frame comes from elsewhere", insert((dice, library) => dice.pick(dice.pick(library)))],
  ["another session follows", splice],
  ["the session ends early", (pieces, dice) => void (pieces.length = dice.below(pieces.length) + 1)],
  ["time passes", pass],
  ["the HELLO is changed", changeHello],
];

/** A mutation of the bytes of one frame. */
function inFrame(change: (view: DataView, dice: Dice) => void): Mutation {
  return (pieces, dice) => rewrite(pieces, dice.below(pieces.length), (view) => change(view, dice));
}

function rewrite(pieces: Piece[], index: number, change: (view: DataView) => void): void {
  const bytes = pieces[index].bytes.slice();
  if (bytes.length < HEADER_BYTES) return;
  change(new DataView(bytes.buffer));
  pieces[index] = { ...pieces[index], bytes };
}

function flip(view: DataView, at: number, bits: number): void {
  view.setUint8(at, view.getUint8(at) ^ bits);
}

function setNumber(view: DataView, dice: Dice): void {
  view.setUint32(dice.below(Math.floor(Math.min(view.byteLength, 128) / 4)) * 4, dice.pick(NUMBERS), true);
}

function setShort(view: DataView, dice: Dice): void {
  view.setUint16(dice.below(Math.floor(Math.min(view.byteLength, 128) / 2)) * 2, dice.pick(NUMBERS), true);
}

function nudgeLength(view: DataView, dice: Dice): void {
  view.setUint32(LENGTH, view.getUint32(LENGTH, true) + dice.below(33) - 16, true);
}

function changeHello(pieces: Piece[], dice: Dice): void {
  const index = pieces.findIndex(({ bytes }) => bytes[KIND] === wire.HELLO);
  if (index < 0) return;
  rewrite(pieces, index, (view) => {
    const words = Math.floor(view.byteLength / 4) - 4;
    if (words > 0) view.setUint32(HEADER_BYTES + dice.below(words) * 4, dice.pick(NUMBERS), true);
  });
}

function double(pieces: Piece[], dice: Dice): void {
  const from = dice.below(pieces.length);
  pieces.splice(from + dice.below(pieces.length - from), 0, pieces[from]);
}

function repeat(pieces: Piece[], dice: Dice): void {
  const at = dice.below(pieces.length);
  const { bytes } = pieces[at];
  const most = Math.floor(REPEATED_BYTES / (bytes.length + 1));
  pieces.splice(at, 0, { ...pieces[at], bytes: wire.join(...Array<Uint8Array>(dice.below(most) + 1).fill(bytes)) });
}

function swap(pieces: Piece[], dice: Dice): void {
  const [one, other] = [dice.below(pieces.length), dice.below(pieces.length)];
  [pieces[one], pieces[other]] = [pieces[other], pieces[one]];
}

/** A mutation of a frame's payload by which its length stays right. */
function resize(change: (bytes: Uint8Array, length: number, dice: Dice) => Uint8Array): Mutation {
  return (pieces, dice) => {
    const index = dice.below(pieces.length);
    const { bytes } = pieces[index];
    if (bytes.length < HEADER_BYTES) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = Math.max(HEADER_BYTES, Math.min(view.getUint32(LENGTH, true), bytes.length));
    const body = change(bytes, length, dice);
    const resized = wire.join(body, new Uint8Array((8 - (body.length % 8)) % 8));
    new DataView(resized.buffer).setUint32(LENGTH, body.length, true);
    pieces[index] = { ...pieces[index], bytes: resized };
  };
}

function shorter(bytes: Uint8Array, length: number, dice: Dice): Uint8Array {
  const least = Math.min(HEADER_BYTES + bytes[EXT] * 8, length);
  return bytes.subarray(0, Math.max(HEADER_BYTES, least + dice.below(length - least + 1)));
}

function longer(bytes: Uint8Array, length: number, dice: Dice): Uint8Array {
  return wire.join(bytes.subarray(0, length), noise(dice, dice.below(dice.oneIn(20) ? 70_000 : 64)));
}

function lose(pieces: Piece[], dice: Dice): void {
  const index = dice.below(pieces.length);
  const { bytes } = pieces[index];
  const from = dice.below(bytes.length);
  const to = from + dice.below(bytes.length - from);
  pieces[index] = { ...pieces[index], bytes: wire.join(bytes.subarray(0, from), bytes.subarray(to)) };
}

function insert(make: (dice: Dice, library: Library) => Uint8Array): Mutation {
  return (pieces, dice, library) => {
    const piece = { bytes: make(dice, library), passMs: 0, isTurn: dice.oneIn(2) };
    pieces.splice(dice.below(pieces.length + 1), 0, piece);
  };
}

/** A frame that is well formed, but that nobody had a reason to send. */
function madeUp(dice: Dice): Uint8Array {
  return wire.frame({
    kind: dice.oneIn(8) ? dice.below(256) : dice.below(15),
    flags: dice.pick(FLAGS),
    stream: dice.pick(STREAMS),
    aux: dice.pick(dice.oneIn(2) ? IDS : NUMBERS),
    ext: dice.oneIn(2) ? entry(dice) : new Uint8Array(0),
    payload: noise(dice, dice.pick([0, 0, 1, 8, 40, 300])),
  });
}

/** An entry of an extension: a deadline, metadata or a size, most likely wrong. */
function entry(dice: Dice): Uint8Array {
  const data = dice.oneIn(2) ? number(dice.pick(NUMBERS)) : noise(dice, dice.below(24));
  const bytes = new Uint8Array(Math.ceil((4 + data.length) / 8) * 8);
  bytes.set([1 + dice.below(4), 0, dice.oneIn(8) ? dice.below(256) : data.length, 0]);
  bytes.set(data, 4);
  return bytes;
}

function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function noise(dice: Dice, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = dice.below(256);
  return bytes;
}

function splice(pieces: Piece[], dice: Dice, library: Library): void {
  const others = dice.pick(library).map((bytes) => ({ bytes, passMs: 0, isTurn: false }));
  pieces.splice(dice.below(pieces.length) + 1, Infinity, ...others.slice(dice.below(others.length)));
}

function pass(pieces: Piece[], dice: Dice): void {
  const index = dice.below(pieces.length);
  pieces[index] = { ...pieces[index], isTurn: true, passMs: dice.pick(PAUSES_MS) };
}
