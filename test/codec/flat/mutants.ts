import type { FlatCodec } from "millrace/codec";
import { Directory, Entry, Quote } from "../../../schemas/gen/book.js";
import { Numbered, World } from "../../../schemas/gen/world.js";
import { Dice } from "../../fuzz/dice.js";
import { sampleWorlds } from "./world.js";

/** A buffer with some bytes changed, and what it was a buffer of. */
export interface Mutant {
  readonly codec: FlatCodec<object>;
  readonly bytes: Uint8Array;
}

/** What mutants are made of; official-verifier.cpp has the same list. */
export const roots: readonly FlatCodec<object>[] = [World, Numbered, Quote, Directory];

const seeds: readonly Mutant[] = [
  ...sampleWorlds(40, 11).map((world) => ({ codec: World, bytes: World.toBytes(world) })),
  ...sampleWorlds(10, 12).map(({ item: choice }) => ({ codec: Numbered, bytes: Numbered.toBytes({ choice }) })),
  { codec: Quote, bytes: Quote.toBytes({ symbol: "ACME", levels: [{ price: 1, size: 2, orders: 3 }] }) },
  {
    codec: Directory,
    bytes: Directory.toBytes({ path: "/", entries: ["a", "b"].map((name) => Entry.create({ name })) }),
  },
].filter(({ bytes }) => bytes.length < 800);

/** What offsets, lengths and sizes may be wrong with. */
const WORDS = [
  0, 1, 2, 3, 4, 5, 8, 12, 16, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff,
];

/** The same `count` mutants for the same seed, one after the other. */
export function* mutants(count: number, seed: number): Generator<Mutant> {
  const dice = new Dice(seed);
  for (let i = 0; i < count; i++) {
    const { codec, bytes } = dice.pick(seeds);
    yield { codec, bytes: mutate(bytes, dice) };
  }
}

function mutate(bytes: Uint8Array, dice: Dice): Uint8Array {
  const mutant = bytes.slice(0, dice.oneIn(8) ? dice.below(bytes.length) : bytes.length);
  for (let n = dice.below(3); n >= 0 && mutant.length >= 4; n--) change(mutant, dice);
  return mutant;
}

/** Changes a bit, a byte, a word or an offset. */
function change(mutant: Uint8Array, dice: Dice): void {
  const at = dice.below(mutant.length - 3);
  const word = dice.pick(WORDS);
  const view = new DataView(mutant.buffer);
  const kind = dice.below(5);
  if (kind === 0) mutant[at] ^= 1 << dice.below(8);
  else if (kind === 1) mutant[at] = dice.below(256);
  else if (kind === 2) view.setUint16(at & ~1, word & 0xffff, true);
  else if (kind === 3) view.setUint32(at & ~3, word, true);
  else view.setUint32(at & ~3, view.getUint32(at & ~3, true) + dice.below(17) - 8, true);
}
