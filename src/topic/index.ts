import { LateSubscription } from "../rpc/late-subscription.js";
import type { Subscribing } from "../rpc/service.js";
import { SubscribeCall } from "../rpc/subscribe-call.js";
import { ResumingCaller } from "./subscription.js";

/** How one subscribes to the topics of a service; generated code names it. */
export const subscribing: Subscribing = {
  over: (connection, topic, request, options) =>
    new SubscribeCall(connection, topic, options, undefined).startOne(request).events,
  late: (make) => {
    const gone = new AbortController();
    return new LateSubscription(make(gone), gone);
  },
  resuming: (caller, ground) => new ResumingCaller(caller, ground),
};
