import { GCProfiler } from "node:v8";

const mostOperations = 256;
const leastOperations = 8;
/** One to find the garbage, and one that waits until the memory beside the heap that it held is given back. */
const collections = 2;

/** What the last operation gave back; kept, so that no compiler may leave the operation out. */
export let kept: unknown;

/**
 * Mean bytes that `operation(i)` allocates, on the heap and beside it, with `i` going round over `[0, count)`. Memory
 * beside the heap has collections start early: then fewer operations are looked at, until there is none among them.
 */
export function allocatedBy(operation: (i: number) => unknown, count: number): number {
  growth(operation, mostOperations, count);
  for (let operations = mostOperations; operations >= leastOperations; operations /= 2) {
    for (let i = 0; i < collections; i++) globalThis.gc?.({ type: "minor" });
    const profiler = new GCProfiler();
    profiler.start();
    const bytes = growth(operation, operations, count) - growth(operation, 0, count);
    if (profiler.stop().statistics.length === 0) return Math.max(0, bytes) / operations;
  }
  throw new Error("garbage was collected while allocation was measured");
}

function growth(operation: (i: number) => unknown, operations: number, count: number): number {
  const before = used();
  for (let i = 0; i < operations; i++) kept = operation(i % count);
  return used() - before;
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
