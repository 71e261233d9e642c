/** A fault to plant in a copy of the sources. */
export interface Mutant {
  readonly breaks:
    | "credit"
    | "cancel"
    | "release"
    | "fragments"
    | "drain"
    | "slots"
    | "pauses"
    | "reconnect"
    | "retry"
    | "pool";
  /** What goes wrong then. */
  readonly what: string;
  readonly file: string;
  /** Text that stands in the file once, and what stands there instead. */
  readonly find: string;
  readonly replace: string;
}

/** Faults that the simulator has to find, one at a time. */
export const MUTANTS: readonly Mutant[] = [
  {
    breaks: "credit",
    what: "half of what is consumed is never granted again",
    file: "src/link/flow.ts",
    find: "this.consumed = (this.consumed + bytes) | 0;",
    replace: "this.consumed = (this.consumed + (bytes >> 1)) | 0;",
  },
  {
    breaks: "credit",
    what: "one-way messages are not counted by their sender",
    file: "src/link/sender.ts",
    find: "if (kind === Kind.MESSAGE) this.messages.take(length);",
    replace: "",
  },
  {
    breaks: "credit",
    what: "a message over the window is not granted what it takes",
    file: "src/link/flow.ts",
    find: "const target = (this.received + bytes) | 0;",
    replace: "const target = (this.consumed + (bytes >> 1)) | 0;",
  },
  {
    breaks: "credit",
    what: "credit of the link is forgotten while it is withheld",
    file: "src/link/intake.ts",
    find: "this.withheldBytes += bytes;",
    replace: "",
  },
  {
    breaks: "credit",
    what: "a CREDIT for a stream wakes nobody",
    file: "src/link/sender.ts",
    find: 'if (typeof to === "object") to.onReady();',
    replace: "",
  },
  {
    breaks: "credit",
    what: "a CREDIT for a stream leaves its long messages behind",
    file: "src/link/backlog.ts",
    find: "if (this.lanes.has(stream)) this.wake(stream);",
    replace: "",
  },
  {
    breaks: "credit",
    what: "a CREDIT for the link leaves the messages behind that waited for it",
    file: "src/link/backlog.ts",
    find: "if (first && gate.roomFor(first) > 0) this.wake(first);",
    replace: "",
  },
  {
    breaks: "credit",
    what: "streams that wait for the link's credit are never woken",
    file: "src/link/in-turn.ts",
    find: 'return !isCongested && (hasCredit || good === "socket");',
    replace: 'return !isCongested && hasCredit && good === "socket";',
  },
  {
    breaks: "credit",
    what: "answers that wait for room are never sent",
    file: "src/link/in-turn.ts",
    find: 'if (good === "room") return !isFull;',
    replace: 'if (good === "room") return false && isFull;',
  },
  {
    breaks: "release",
    what: "a message that moves to less memory keeps what it had",
    file: "src/link/backlog.ts",
    find: "this.pool.release(slab);",
    replace: "",
  },
  {
    breaks: "cancel",
    what: "a handler is not told that its call was cancelled",
    file: "src/rpc/server-call.ts",
    find: "if (this.over()) this.abort(error);",
    replace: "this.over();",
  },
  {
    breaks: "cancel",
    what: "a RESET is not answered",
    file: "src/link/streams.ts",
    find: 'else this.reset(stream, new MillraceError("cancelled", "the peer reset the stream"));',
    replace: "",
  },
  {
    breaks: "cancel",
    what: "the peer is not told of a cancel",
    file: "src/rpc/client-call.ts",
    find: "if (!isClosed) this.connection.streams.reset(this, toPeer);",
    replace: "void isClosed;",
  },
  {
    breaks: "cancel",
    what: "requests go on being asked for after their call has ended",
    file: "src/rpc/outgoing.ts",
    find: "this.isStopped = true;",
    replace: "",
  },
  {
    breaks: "release",
    what: "a page goes back to the pool before the socket has finished with it",
    file: "src/link/batch.ts",
    find: "if (page.writing > 0 || page.pending > 0) return;",
    replace: "if (page.pending > 0) return;",
  },
  {
    breaks: "release",
    what: "a long message goes back to the pool before its last fragment was written",
    file: "src/link/backlog.ts",
    find: "if (message.writing === 0 && message.next === message.end)",
    replace: "if (message.next === message.end)",
  },
  {
    breaks: "release",
    what: "a slab is not given back when reading goes on in another one",
    file: "src/bytes/ring.ts",
    find: "if (from && from !== to) this.pool.release(from);",
    replace: "",
  },
  {
    breaks: "release",
    what: "a closed link gives back memory that the transport may still write into",
    file: "src/bytes/ring.ts",
    find: "if (this.lease) this.lease.isLost = true;",
    replace: "",
  },
  {
    breaks: "release",
    what: "what lies in the shared slab is not moved away before the next read",
    file: "src/bytes/ring.ts",
    find: "if (tailBytes === 0 && !keepsLease) {",
    replace: "if (!this.lease) return true;\n    if (tailBytes === 0 && !keepsLease) {",
  },
  {
    breaks: "release",
    what: "a handler's loan ends before the handler does",
    file: "src/rpc/loan.ts",
    find: "slabs.lend(slab);",
    replace: "",
  },
  {
    breaks: "fragments",
    what: "the last byte of each fragment is lost",
    file: "src/link/assembly.ts",
    find: "this.slab.bytes.set(bytes.subarray(pos, end), this.filled);",
    replace: "this.slab.bytes.set(bytes.subarray(pos, end - 1), this.filled);",
  },
  {
    breaks: "fragments",
    what: "the memory of an unfinished message is not given back",
    file: "src/link/intake.ts",
    find: "if (assembly) this.release(assembly);",
    replace: "void assembly;",
  },
  {
    breaks: "fragments",
    what: "what came with the header of a fragment is lost when the rest is read elsewhere",
    file: "src/bytes/ring.ts",
    find: "slab.bytes.set(this.bytes.subarray(this.pos + headBytes, this.end), at + headBytes);",
    replace: "",
  },
  {
    breaks: "fragments",
    what: "the memory of a message goes back to the pool while a fragment is read into it",
    file: "src/bytes/ring.ts",
    find: "this.pool.retain(slab);",
    replace: "if (this.lease === undefined) this.pool.retain(slab);",
  },
  {
    breaks: "fragments",
    what: "reading goes on in the memory of a message behind its last fragment",
    file: "src/bytes/ring.ts",
    find: "if (this.stop > 0) this.leave();",
    replace: "",
  },
  {
    breaks: "fragments",
    what: "fragments are cut at places that are no multiple of 8",
    file: "src/link/backlog.ts",
    find: "(longest - headBytes) & ~7",
    replace: "longest - headBytes - 1",
  },
  {
    breaks: "fragments",
    what: "the end of a stream is said with the first fragment",
    file: "src/link/backlog.ts",
    find: "flags: isLast ? message.flags : Flag.MORE,",
    replace: "flags: isLast ? message.flags : message.flags | Flag.MORE,",
  },
  {
    breaks: "drain",
    what: "a draining link does not close when its last call has ended",
    file: "src/link/connection.ts",
    find: "if (this.isDrainHeard && this.streams.count === 0) this.close();",
    replace: "",
  },
  {
    breaks: "drain",
    what: "a link that drains does not wait for its calls",
    file: "src/link/connection.ts",
    find: "if (this.isDrainHeard && this.streams.count === 0)",
    replace: "if (this.isDrainHeard)",
  },
  {
    breaks: "drain",
    what: "a draining link accepts calls",
    file: "src/link/streams.ts",
    find: 'this.host.isLeaving ? unavailable("this side is draining: call another one") : undefined',
    replace: "undefined as MillraceError | undefined",
  },
  {
    breaks: "slots",
    what: "a slot is free before the peer has ended its side",
    file: "src/link/streams.ts",
    find: "if (stream.gotEnd) this.remove(stream);",
    replace: "if (stream) this.remove(stream);",
  },
  {
    breaks: "slots",
    what: "a slot is not freed when the peer answers a RESET",
    file: "src/link/streams.ts",
    find: "if (stream.sentEnd) this.remove(stream);\n    else this.reset",
    replace: "if (stream.sentEnd) void stream;\n    else this.reset",
  },
  {
    breaks: "slots",
    what: "a slot is given to two calls at once",
    file: "src/link/stream-table.ts",
    find: "this.freeSlots.push(slot);",
    replace: "this.freeSlots.push(slot, slot);",
  },
  {
    breaks: "pauses",
    what: "a link that stopped reading does not go on",
    file: "src/link/pausing.ts",
    find: "this.holds &= ~reason;\n    if (this.holds === 0) this.transport.resume();",
    replace: "this.holds &= ~reason;",
  },
];
