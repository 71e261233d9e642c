import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import * as Kind from "../frame/kind.js";
import type { Connection } from "../link/connection.js";
import { EventSender } from "../link/event-sender.js";
import { OVERDRAW_BYTES } from "../link/flow.js";
import type { SharedFrames } from "../link/shared-frames.js";
import { chain, one, only, type ServerInterceptor, type ServerStep } from "./interceptor.js";
import { type From, numberOfReason, readFrom, writeNumber, writePair, writeStart } from "./position.js";
import { encodeAnswer, readOne } from "./server-answer.js";
import { ServerCall } from "./server-call.js";
import type { Method } from "./service.js";
import type { GapReason } from "./subscription.js";

/** What a topic wants to know of a subscription. */
export interface Subscribed {
  /** The subscription has ended, by either side. */
  left(): void;
}

/** Lets a subscription into a topic, or throws why not. */
export type Join<Req, Res> = (request: Req, call: TopicCall<Req, Res>) => void | Promise<void>;

/** The topic's end of a subscription. Interceptors stand around its whole life; events do not pass through them. */
export class TopicCall<Req, Res> extends ServerCall {
  /** Where the subscriber wants to start. */
  from: From;
  subscribed: Subscribed | undefined;
  /** The number of the feed, which its events bear. */
  private number = 0;
  private readonly events: EventSender;
  private ended: (() => void) | undefined;
  private wake: (() => void) | undefined;

  constructor(
    connection: Connection,
    private readonly method: Method<Req, Res>,
    private readonly interceptors: readonly ServerInterceptor[],
    private readonly join: Join<Req, Res>,
  ) {
    super(connection, method.path);
    this.events = new EventSender(connection.sender, this);
  }

  /** Who must not be given the same frames as others of the feed. */
  get link(): Connection {
    return this.connection;
  }

  get isEnded(): boolean {
    return this.isOver;
  }

  /** The longest frame of an event that this subscriber can be sent. */
  get maxEventBytes(): number {
    return this.events.maxEventBytes;
  }

  /** Whether a frame of so many bytes, to this subscriber alone, can be sent now; else wait for `room`. */
  fits(length: number): boolean {
    const { sender } = this.connection;
    return !this.lacksCredit(length) && !sender.isCongested && creditFor(length, sender.roomFor(this));
  }

  /** Resolves when a frame of so many bytes may fit, and when the subscription has ended; look again then. */
  room(length: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    if (!this.lacksCredit(length)) return this.connection.sender.turns.wait(this, false);
    return new Promise((resolve) => (this.wake = resolve));
  }

  /** Whether it is this subscription alone that has to wait. */
  private lacksCredit(length: number): boolean {
    return this.isQueued || !creditFor(length, this.sending.credit);
  }

  override onReady(): void {
    this.wake?.();
  }

  /** Tells the subscriber the number of its feed, where its events start, and how many items of a snapshot go before them. */
  accept(feed: number, epoch: number, offset: number, items: number): void {
    this.number = feed;
    do writeStart(this.connection.claim(), epoch, offset, items);
    while (!this.events.commit(Kind.SUBSCRIBED, 0, this.id, feed));
  }

  takes(frames: SharedFrames): boolean {
    return this.events.takesShared(frames);
  }

  /** Sends events that all subscribers are sent. */
  share(frames: SharedFrames): void {
    this.events.commitShared(frames);
  }

  /** Sends one event to this subscriber alone. */
  event(offset: number, payload: Uint8Array): void {
    const { connection } = this;
    do {
      const writer = connection.claim();
      writeNumber(writer.view, writer.pos, offset);
      writer.pos += 8;
      writer.put(payload);
    } while (!this.events.commit(Kind.EVENT, 1, this.number, 0));
  }

  /** Says that the events from one offset to another are left out. */
  gap(from: number, to: number, reason: GapReason): void {
    do writePair(this.connection.claim(), from, to);
    while (!this.events.commit(Kind.GAP, 0, this.id, numberOfReason(reason)));
  }

  /** Sends an item of a snapshot. */
  item(value: Partial<Res>): void {
    do encodeAnswer(this.method.response, value, this.connection.claim());
    while (!this.connection.sender.commitData(this, 0, 0, 0));
  }

  /** Ends the subscription with what went wrong: see `ServerCall`. */
  refuse(error: unknown): void {
    this.failWith(error);
  }

  /** Lets go of what the topic has of it. */
  leave(): void {
    this.subscribed?.left();
    this.subscribed = undefined;
  }

  protected async handle(frame: Frame): Promise<void> {
    try {
      if (!this.events.isUnderstood) {
        throw new MillraceError(
          "unimplemented",
          `${this.path} is a topic, of which the peer knows nothing: is it older?`,
        );
      }
      this.from = readFrom(frame);
      const request = readOne(this, this.method.request, frame);
      if (this.interceptors.length === 0) await this.join(request, this);
      else await this.joinThrough(request);
    } catch (error) {
      this.failWith(error);
    }
    this.settle();
  }

  /** An end that cannot go out at once is a RESET, which overtakes what waits: the feed's number may be given anew. */
  protected override fail(error: MillraceError): void {
    if (this.isOver) return;
    super.fail(error);
    const { streams, state } = this.connection;
    if (!this.sentEnd && state !== "closed") streams.reset(this, error);
  }

  protected override over(): boolean {
    if (!super.over()) return false;
    this.leave();
    this.ended?.();
    this.wake?.();
    this.connection.sender.turns.leave(this);
    return true;
  }

  private async joinThrough(request: Req): Promise<void> {
    const { method } = this;
    const last = (step: ServerStep): AsyncIterable<object> => this.live(step);
    const run = chain<ServerStep>(this.interceptors, last);
    for await (const _ of run({ method, requests: one(() => request as object), call: this })) {
      throw new MillraceError("internal", `an interceptor made an answer for ${method.path}: topics alone make events`);
    }
    if (!this.isOver) throw new MillraceError("cancelled", `an interceptor of ${method.path} ended the subscription`);
  }

  /** Yields nothing, until the subscription has ended. */
  private async *live({ requests }: ServerStep): AsyncGenerator<object> {
    await this.join(await only<Req>(requests, this.method), this);
    if (!this.isOver) await new Promise<void>((resolve) => (this.ended = resolve));
  }
}

function creditFor(length: number, credit: number): boolean {
  return credit > 0 && credit + OVERDRAW_BYTES >= length;
}
