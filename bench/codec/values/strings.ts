import { Blob, Text } from "../../../schemas/gen/corpus.js";
import type { Corpus } from "../corpus.js";
import { corpusOf, type Draw } from "./make.js";

/** Letters of which a script's text is made; how often each stands here is how often it comes. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  ASCII: Array.from("eeetaoin shrdlu cmfwyp vbgkjqxz ETA 0123456789 .,-"),
  Latin: Array.from("eeeaaaiinnrrsstt lldd mmuu àâçéèêëîïôùûüÿñßäöåø "),
  CJK: Array.from("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"),
  emoji: Array.from("😀😃😄😁😆😅😂🙂🙃😉😊😇🥰😍🤩😘😋😛🤔🤗😴🤒🚀🎉🔥✨🌍🌊⚙💧"),
};
const LENGTHS = [8, 40, 400];

const texts = Object.entries(SCRIPTS).flatMap(([script, letters]) =>
  LENGTHS.map((length) => corpusOf(`${script} ${length}`, Text, (draw) => ({ text: textOf(draw, letters, length) }))),
);

/** Strings by script and number of characters, and bytes. */
export const strings: readonly Corpus[] = [
  ...texts,
  corpusOf("bytes 64 KiB", Blob, (draw) => ({ data: draw.bytes(64 * 1024) })),
];

function textOf(draw: Draw, letters: readonly string[], length: number): string {
  return draw.list(length, length, () => draw.pick(letters)).join("");
}
