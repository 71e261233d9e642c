export { type Publish, Publisher, type PublisherOptions } from "./client/publisher.js";
export type { Codec } from "./codec/codec.js";
export { type Code, type ErrorDetail, MillraceError, type MillraceErrorOptions } from "./error.js";
export type { PeerCertificate } from "./link/transport.js";
export type { Call, CallOptions, Peer } from "./rpc/call.js";
export { detail, findDetail } from "./rpc/detail.js";
export type {
  ClientInterceptor,
  ClientStep,
  Interceptor,
  Next,
  ServerInterceptor,
  ServerStep,
  Step,
} from "./rpc/interceptor.js";
export type { Link, LinkState, LinkStats, MessageHandler, StateListener } from "./rpc/link.js";
export type { Metadata } from "./rpc/metadata.js";
export { Outbox } from "./rpc/outbox.js";
export type { Verdict } from "./rpc/schema-compare.js";
export type {
  Answer,
  Caller,
  Items,
  Method,
  MethodInfo,
  Router,
  Service,
  ServiceSchema,
  Stream,
  Subscribing,
  TopicMethod,
} from "./rpc/service.js";
export type { Gap, GapReason, Position, SubscribeOptions, Subscription } from "./rpc/subscription.js";
export { MemoryStore } from "./topic/memory-store.js";
export type { SlowPolicy, TopicOptions } from "./topic/options.js";
export { type Publication, publicationOf } from "./topic/publishers.js";
export type { Retention, TopicLog, TopicStore, Visit } from "./topic/store.js";
export type { Topic } from "./topic/topic.js";
export { unverified } from "./rpc/unverified.js";
