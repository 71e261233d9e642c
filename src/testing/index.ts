export type { Limits } from "../link/limits.js";
export type { Server } from "../server/server.js";
export { VirtualClock } from "./clock.js";
export { Digest } from "./digest.js";
export { type Faults, NO_FAULTS, type Range } from "./faults.js";
export {
  type Dialled,
  Network,
  type NetworkConnectOptions,
  type NetworkListenOptions,
  type NetworkOptions,
} from "./network.js";
export { Random } from "./random.js";
export { CallRecorder, type RecordedCall } from "./recorder.js";
export { type Reading, Wire } from "./wire.js";
