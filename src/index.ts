export type { Codec } from "./codec/codec.js";
export { MillraceError, type Code } from "./error.js";
export type {
  Answer,
  Call,
  Caller,
  CallOptions,
  Items,
  Method,
  Peer,
  Router,
  Service,
  Stream,
} from "./rpc/service.js";
