import { GCProfiler } from "node:v8";
import { floorScanner, makeChunk, millraceScanner, type Scanner } from "./scanner.js";
import type { FramesAnswer } from "./suite.js";

const million = 1_000_000;
const [subject, payloadText] = process.argv.slice(2);
const chunk = makeChunk(Number(payloadText));
const scan = subject === "millrace" ? millraceScanner(chunk) : floorScanner(chunk);

/** Scans at least `frames` frames, in whole chunks, with no collection in between. */
function measure(frames: number): FramesAnswer {
  const chunks = Math.ceil(frames / chunk.frames);
  let ns = 0;
  const work = (count: number) => () => {
    ns = scanAll(scan, count);
  };
  const nothing = heapGrowth(work(0));
  const profiler = new GCProfiler();
  profiler.start();
  const bytes = heapGrowth(work(chunks));
  const collections = profiler.stop().statistics.length;
  if (collections > 0) return { ok: false, reason: `${collections} garbage collections while it was measured` };
  const count = chunks * chunk.frames;
  return { ok: true, allocated: (Math.max(0, bytes - nothing) / count) * million, ns: ns / count };
}

function scanAll(scanChunk: Scanner, chunks: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < chunks; i++) {
    if (scanChunk() !== chunk.sum) throw new Error("a chunk was not read as it was written");
  }
  return Number(process.hrtime.bigint() - start);
}

function heapGrowth(work: () => void): number {
  const before = process.memoryUsage().heapUsed;
  work();
  return process.memoryUsage().heapUsed - before;
}

function answer(frames: number): FramesAnswer {
  globalThis.gc?.();
  try {
    return measure(frames);
  } catch (error) {
    return { ok: false, reason: String(error) };
  }
}

process.on("disconnect", () => process.exit());
process.on("message", (frames: number) => process.send?.(answer(frames)));
process.send?.({ ok: true });
