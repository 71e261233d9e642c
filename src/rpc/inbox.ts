/** Received messages that wait to be consumed, each with the bytes it took on the wire. */
export class Inbox<T> {
  private items: { value: T; bytes: number }[] = [];
  private head = 0;
  /** Bytes of all that waits. */
  bytes = 0;

  get isEmpty(): boolean {
    return this.head === this.items.length;
  }

  push(value: T, bytes: number): void {
    this.items.push({ value, bytes });
    this.bytes += bytes;
  }

  /** The oldest message; only when not empty. */
  shift(): { value: T; bytes: number } {
    const item = this.items[this.head];
    this.head++;
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
    }
    this.bytes -= item.bytes;
    return item;
  }

  clear(): void {
    this.items = [];
    this.head = 0;
    this.bytes = 0;
  }
}
