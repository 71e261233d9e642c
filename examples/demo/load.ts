import { createHistogram } from "node:perf_hooks";

/** How calls went. */
export interface CallStats {
  readonly calls: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** CPU of this process, which makes the calls. */
  readonly clientUs: number;
  /** CPU of the server's process. */
  readonly serverUs: number;
}

/** One call, checked; `i` counts the calls. */
export type CheckedCall = (i: number) => Promise<void>;

const warmUpMs = 200;

/** Makes calls for `ms` milliseconds, `inFlight` at any time, after a warm-up. */
export async function measureCalls(
  call: CheckedCall,
  inFlight: number,
  ms: number,
  serverCpuUs: () => Promise<number>,
): Promise<CallStats> {
  await callFor(call, inFlight, warmUpMs);
  const serverBefore = await serverCpuUs();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const { calls, latency } = await callFor(call, inFlight, ms);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    calls,
    perSecond: calls / seconds,
    p50Us: latency.percentile(50) / 1000,
    p99Us: latency.percentile(99) / 1000,
    clientUs: (user + system) / calls,
    serverUs: ((await serverCpuUs()) - serverBefore) / calls,
  };
}

async function callFor(call: CheckedCall, inFlight: number, ms: number) {
  const latency = createHistogram();
  const end = performance.now() + ms;
  let calls = 0;
  const loop = async () => {
    for (let now = performance.now(); now < end; ) {
      await call(calls++);
      const done = performance.now();
      latency.record(Math.max(1, Math.round((done - now) * 1e6)));
      now = done;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  return { calls, latency };
}
