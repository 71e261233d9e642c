export type { Codec } from "./codec/codec.js";
export { type Code, MillraceError } from "./error.js";
export type { PeerCertificate } from "./link/transport.js";
export type { Call, CallOptions, Peer } from "./rpc/call.js";
export { Outbox } from "./rpc/outbox.js";
export type { Link, LinkStats, MessageHandler } from "./rpc/link.js";
export type { Verdict } from "./rpc/schema-compare.js";
export type { Answer, Caller, Items, Method, Router, Service, ServiceSchema, Stream } from "./rpc/service.js";
