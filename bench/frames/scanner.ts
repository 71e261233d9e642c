import { Ring } from "../../src/bytes/ring.js";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import { Slab } from "../../src/bytes/slab.js";
import * as Kind from "../../src/frame/kind.js";
import { HEADER_BYTES, padded, writeHeader } from "../../src/frame/header.js";
import { Parser } from "../../src/frame/parser.js";

const chunkBytes = 1 << 16;

/** Equal frames, one behind the other, as one read brings them. */
export interface Chunk {
  readonly slab: Slab;
  readonly bytes: number;
  readonly frames: number;
  /** What a scanner that saw every frame gives back. */
  readonly sum: number;
}

/** Reads a chunk from its first frame to its last; returns the sum of lengths, streams and aux. */
export type Scanner = () => number;

/** As many frames of `payloadBytes` as go into 64 KiB. */
export function makeChunk(payloadBytes: number): Chunk {
  const length = HEADER_BYTES + payloadBytes;
  const slab = new Slab(chunkBytes);
  const frames = Math.floor(chunkBytes / padded(length));
  let sum = 0;
  for (let i = 0; i < frames; i++) {
    writeHeader(slab.view, i * padded(length), length, Kind.DATA, 0, 0, i, 2 * i);
    sum += length + 3 * i;
  }
  return { slab, frames, sum, bytes: frames * padded(length) };
}

/** The framework's parser, reading out of the slab that idle links share. */
export function millraceScanner(chunk: Chunk): Scanner {
  const ring = new Ring(chunk.slab, new CappedPool());
  const parser = new Parser(chunkBytes);
  return () => {
    let sum = 0;
    ring.filled(chunk.bytes);
    for (let frame = parser.next(ring); frame !== undefined; frame = parser.next(ring)) {
      sum += frame.length + frame.stream + frame.aux;
    }
    ring.keep(parser.wanted);
    return sum;
  };
}

/** The same numbers read by offset, with no frame, no state and no check. */
export function floorScanner({ slab: { view }, bytes }: Chunk): Scanner {
  return () => {
    let sum = 0;
    for (let at = 0; at < bytes; ) {
      const length = view.getUint32(at, true);
      sum += length + view.getInt32(at + 8, true) + view.getInt32(at + 12, true);
      at += (length + 7) & ~7;
    }
    return sum;
  };
}
