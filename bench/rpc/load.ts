/** How a case loads its subject: so many connections, each with so many calls in flight. */
export interface Shape {
  readonly transport: Transport;
  readonly connections: number;
  readonly window: number;
}

export type Transport = "tcp" | "ws";

/** One connection under load. */
export interface Driver {
  /** Calls made and answers received so far. */
  readonly calls: number;
  readonly answers: number;
  /** Puts `window` calls in flight and makes another one for each answer. */
  start(): void;
  /** Makes no more calls and settles when each has its answer. */
  rest(): Promise<void>;
  close(): void;
}

/** How one subject answers and how it calls; each side runs in a process of its own. */
export interface Peer {
  /** Opens a server that echoes, and says where. */
  serve(transport: Transport): Promise<string>;
  connect(url: string, shape: Shape): Promise<Driver>;
}

/** The 64 bytes that every call carries; no two are equal, so that a shifted answer is seen. */
export const payload: Uint8Array = Uint8Array.from({ length: 64 }, (_, i) => i * 3 + 1);

/** Whether answer number `answers` is compared byte by byte; all are compared by their id. */
export function isSampled(answers: number): boolean {
  return (answers & 1023) === 0;
}

/** Throws unless `[from, from + 64)` of `bytes` is the payload. */
export function checkPayload(bytes: Uint8Array, from: number, length: number): void {
  const same = length === payload.length && payload.every((byte, i) => bytes[from + i] === byte);
  if (!same) throw new Error(`an answer of ${length} bytes is not the 64 bytes that were sent`);
}

/** Throws unless an answer belongs to the call it came for. */
export function checkId(received: number, sent: number): void {
  if (received !== sent) throw new Error(`call ${sent} got the answer of call ${received}`);
}
