import { beforeAll, describe, expect, test } from "vitest";
import { anyStrings } from "../../src/bytes/strings.js";
import { readText, useStrings, utf8Length, writeText } from "../../src/bytes/text.js";
import * as codec from "../../src/codec/index.js";
import * as nodeCodec from "../../src/node/codec.js";
import { nodeStrings } from "../../src/node/strings.js";

const SCRIPTS = [
  "abc xyz",
  "naïve ñ ß",
  "的一是在",
  "😀🚀\u{10ffff}",
  "\u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ufeff",
];
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads `bytes` from the middle of others, which would make valid what is cut off. */
function read(bytes: readonly number[] | Uint8Array): string {
  const all = Uint8Array.from([0x80, 0x80, ...bytes, 0x80, 0x80, 0x80]);
  return readText(all, 2, 2 + bytes.length);
}

function outcomeOf(attempt: () => string): string {
  try {
    return `read ${attempt()}`;
  } catch (error) {
    return error instanceof TypeError ? "refused" : String(error);
  }
}

test("Node has the functions that its strings are made by, and its codec is the same otherwise", () => {
  expect(nodeStrings).toBeDefined();
  expect(nodeCodec).toEqual(codec);
});

describe.each([
  ["that any platform makes", anyStrings],
  ["that Node makes", nodeStrings!],
])("strings %s", (_, strings) => {
  beforeAll(() => useStrings(strings));

  test("text of every length in every script comes back as it was written", () => {
    for (const script of SCRIPTS) {
      for (let length = 0; length <= 150; length++) {
        const text = Array.from(script.repeat(length)).slice(0, length).join("");
        const bytes = new Uint8Array(utf8Length(text));
        expect(writeText(bytes, 0, text)).toBe(bytes.length);
        expect(read(bytes)).toBe(text);
      }
    }
  });

  test("text of thousands of bytes comes back as it was written", () => {
    for (const script of SCRIPTS) {
      for (const text of [script.repeat(450), script.repeat(3_000), "a".repeat(5_000) + script]) {
        expect(read(new TextEncoder().encode(text))).toBe(text);
      }
    }
  });

  test("every start of up to two bytes, and every third byte, is read or refused as the platform's strict decoder does", () => {
    const tails = [
      [],
      [0x80],
      [0xbf],
      [0x41],
      [0x80, 0x80],
      [0x80, 0x80, 0x80],
      [0xbf, 0xbf],
      [0xc0, 0x80],
      [0x80, 0xc0],
    ];
    const wrong: number[][] = [];
    for (let first = 0; first < 0x100; first++) {
      for (const second of [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xe0, 0xf0, 0xff]) {
        for (const tail of tails) {
          const bytes = [first, second, ...tail];
          const want = outcomeOf(() => strict.decode(Uint8Array.from(bytes)));
          if (outcomeOf(() => read(bytes)) !== want) wrong.push(bytes);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test("what is no UTF-8 is refused wherever it stands in text of any length", () => {
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]]) {
      for (const script of SCRIPTS) {
        for (const length of [0, 1, 3, 12, 13, 40, 41, 100, 5_000]) {
          const text = new TextEncoder().encode(script.repeat(Math.ceil(length / script.length)));
          expect(outcomeOf(() => read([...bad, ...text]))).toBe("refused");
          expect(outcomeOf(() => read([...text, ...bad]))).toBe("refused");
        }
      }
    }
  });
});
