import type { Limits } from "../../src/link/limits.js";
import type { Faults, Random } from "../../src/testing/index.js";

const KIB = 1024;
/** A day's bytes, so that it takes milliseconds to live through. */
const DAY_BYTES = 500 * KIB;

/** Sizes of payloads, about those at which something changes. */
export class Sizes {
  private left = DAY_BYTES;

  constructor(private readonly random: Random) {}

  draw(): number {
    const size = this.any();
    if (size > this.left) return this.random.int(0, 64);
    this.left -= size;
    return size;
  }

  /** The sizes of a stream's items, none up to dozens. */
  many(): number[] {
    const { random } = this;
    const count = random.pick([0, 1, 2, 5, 12, 40]);
    const isAlike = random.chance(0.5);
    const size = this.draw();
    return Array.from({ length: count }, () => (isAlike && size * count < this.left ? size : this.draw()));
  }

  private any(): number {
    const { random } = this;
    switch (random.int(0, 11)) {
      case 0:
        return 0;
      case 1:
        return random.int(8 * KIB - 64, 8 * KIB + 64);
      case 2:
        return random.int(16 * KIB - 64, 16 * KIB + 64);
      case 3:
        return random.int(4 * KIB, 64 * KIB);
      case 4:
        return random.int(64 * KIB - 64, 64 * KIB + 64);
      case 5:
        return random.int(64 * KIB, 200 * KIB);
      case 6:
        return random.int(1 * KIB, 10 * KIB);
      default:
        return random.int(1, 300);
    }
  }
}

/** Limits that may be narrow; those that refuse or end something only on a rough day. */
export function drawLimits(random: Random, isRough: boolean): Partial<Limits> {
  const limits: { -readonly [name in keyof Limits]?: Limits[name] } = { handshakeTimeoutMs: 60_000 };
  const narrow: Partial<{ [name in keyof Limits]: readonly number[] }> = {
    maxFrameBytes: [16 * KIB, 20_000, 64 * KIB, 1024 * KIB],
    streamWindowBytes: [16 * KIB, 16 * KIB, 20_001, 64 * KIB],
    maxStreamWindowBytes: [16 * KIB, 64 * KIB],
    linkWindowBytes: [16 * KIB, 16 * KIB, 33_333, 128 * KIB],
    messageWindowBytes: [16 * KIB, 20_000],
    highWaterBytes: [0, 1, 5000, 32 * KIB],
    ...(isRough && {
      maxMessageBytes: [16 * KIB, 100_000],
      maxLinkBufferedBytes: [16 * KIB, 70_000],
      maxMetadataBytes: [0, 24],
      handshakeTimeoutMs: [50],
      frameTimeoutMs: [100, 2000],
      stallTimeoutMs: [50, 1000],
      pingIntervalMs: [20, 500],
      pingTimeoutMs: [50, 2000],
      maxControlFramesPerSecond: [20],
    }),
  };
  for (const name of Object.keys(narrow) as (keyof Limits)[]) {
    if (random.chance(isRough ? 0.2 : 0.4)) limits[name] = random.pick(narrow[name]!);
  }
  if (isRough && random.chance(0.5)) limits.maxUnsentBytes = random.pick([16 * KIB, 16 * KIB, 60_000]);
  if (random.chance(0.1)) limits.maxStreams = random.pick([1, 3, 8]);
  return limits;
}

/** What happens to the bytes of one direction; bits are changed only on a rough day. */
export function drawFaults(random: Random, isRough: boolean): Partial<Faults> {
  return {
    ...(random.chance(0.7) && {
      delayMs: random.pick([
        [0, 1],
        [1, 20],
        [0, 200],
      ] as const),
    }),
    ...(random.chance(0.6) && {
      readBytes: random.pick([
        [1, 2000],
        [1, 20_000],
        [1000, 70_000],
        [4096, 4096],
      ] as const),
    }),
    ...(random.chance(0.03) && {
      readBytes: random.pick([
        [1, 40],
        [16, 16],
      ] as const),
    }),
    ...(random.chance(0.2) && { bytesPerSecond: random.pick([300_000, 5_000_000]) }),
    ...(random.chance(0.4) && { bufferBytes: random.pick([1, 1000, 20_000]) }),
    ...(isRough && random.chance(0.15) && { corruption: random.pick([0.001, 0.02]) }),
  };
}
