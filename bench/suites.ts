import type { Suite, SuiteOptions } from "./suite.js";

/** Every suite by name, loaded when it is asked for, so that none measures beside the code of another. */
export const suites: Readonly<Record<string, (options: SuiteOptions) => Promise<Suite>>> = {
  codec: async () => (await import("./codec/suite.js")).codec,
  flat: async () => (await import("./flat/suite.js")).flat,
  rpc: async () => (await import("./rpc/suite.js")).rpc,
  stream: async () => (await import("./stream/suite.js")).stream,
  browser: async () => (await import("./browser/suite.js")).browser,
  fairness: async () => (await import("./fairness/suite.js")).fairness,
  fanout: async (options) => (await import("./fanout/suite.js")).fanout(options),
  copies: async () => (await import("./copies/suite.js")).copies,
  syscalls: async () => (await import("./syscalls/suite.js")).syscalls,
  idle: async () => (await import("./idle/suite.js")).idle,
  frames: async () => (await import("./frames/suite.js")).frames,
  size: async () => (await import("./size/suite.js")).size,
  store: async () => (await import("./store/suite.js")).store,
};
