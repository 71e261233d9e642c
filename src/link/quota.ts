/** Bytes that all links of a process may hold together for one purpose. */
export class Quota {
  usedBytes = 0;

  constructor(readonly maxBytes: number) {}

  /** Whether so many bytes more would be too many. */
  lacks(bytes: number): boolean {
    return this.usedBytes + bytes > this.maxBytes;
  }
}
