import { MillraceError } from "../error.js";

/** The longest key that LMDB takes is 1,978 bytes: this leaves room for an offset or a publisher's name. */
const MOST_BYTES = 1_200;

/**
 * What the keys of one log start with: its length, the topic, 0, the log's key. With the length in front, no log's keys lie
 * between those of another one.
 */
export function prefixOf(topic: string, key: Uint8Array): Buffer {
  const name = Buffer.from(topic);
  const length = 2 + name.length + 1 + key.length;
  if (length > MOST_BYTES) {
    const text = `the name of ${topic} and a key of ${key.length} bytes are too long together for LMDB`;
    throw new MillraceError("invalid_argument", text);
  }
  const prefix = Buffer.alloc(length);
  prefix.writeUInt16BE(length);
  name.copy(prefix, 2);
  prefix.set(key, length - key.length);
  return prefix;
}

/** The prefix that a key of a log starts with. */
export function prefixOfKey(key: Buffer): Buffer {
  return key.subarray(0, key.readUInt16BE(0));
}

/** The topic of the log whose prefix this is. */
export function topicOf(prefix: Buffer): string {
  return prefix.toString("utf8", 2, prefix.indexOf(0, 2));
}

/** The key of what starts at `offset`; keys are in the order of offsets. */
export function keyAt(prefix: Buffer, offset: number): Buffer {
  const key = Buffer.alloc(prefix.length + 8);
  prefix.copy(key);
  key.writeUInt32BE(Math.floor(offset / 2 ** 32), prefix.length);
  key.writeUInt32BE(offset % 2 ** 32, prefix.length + 4);
  return key;
}

export function offsetOf(key: Buffer): number {
  return key.readUInt32BE(key.length - 8) * 2 ** 32 + key.readUInt32BE(key.length - 4);
}

/** The key of a publisher. */
export function keyOfPublisher(prefix: Buffer, publisher: string): Buffer {
  return Buffer.concat([prefix, Buffer.from(publisher)]);
}

/** Behind all keys of the log. */
export function behind(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.alloc(8, 0xff)]);
}
