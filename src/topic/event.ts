/** An event that was published, encoded once for all who get it. */
export interface Event {
  readonly offset: number;
  readonly payload: Uint8Array;
  /** What tells it apart for those who get the newest of each only. */
  readonly key: unknown;
  /** How many subscribers it waits for. */
  holders: number;
}

/** What an event that waits takes beside its payload, about. */
export const EVENT_OVERHEAD_BYTES = 64;

export function bytesOf({ payload }: Event): number {
  return payload.length + EVENT_OVERHEAD_BYTES;
}
