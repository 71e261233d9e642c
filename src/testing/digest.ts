const PRIME = 0x01000193;

/** A 32-bit hash of all that was added so far, in its order: FNV-1a, over words of 4 bytes where bytes lie so. */
export class Digest {
  private hash = 0x811c9dc5 | 0;

  /** The hash in hexadecimal. */
  get value(): string {
    return (this.hash >>> 0).toString(16).padStart(8, "0");
  }

  /** Adds a whole number. */
  number(value: number): void {
    this.hash = Math.imul(this.hash ^ value, PRIME) | 0;
  }

  /** Adds a text. */
  text(value: string): void {
    for (let i = 0; i < value.length; i++) this.number(value.charCodeAt(i));
    this.number(value.length);
  }

  /** Adds bytes and how many they are. */
  bytes(value: Uint8Array): void {
    const words = value.byteOffset % 4 === 0 ? value.length >> 2 : 0;
    const view = new Int32Array(value.buffer, words > 0 ? value.byteOffset : 0, words);
    let { hash } = this;
    for (let i = 0; i < words; i++) hash = Math.imul(hash ^ view[i], PRIME);
    for (let i = words * 4; i < value.length; i++) hash = Math.imul(hash ^ value[i], PRIME);
    this.hash = hash;
    this.number(value.length);
  }
}
