import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EchoHandlers } from "../../schemas/gen/echo.js";
import { MillraceError } from "../../src/error.js";
import { handlers } from "../golden/scenes.js";
import { Watched } from "../support/watched.js";
import * as wire from "../support/wire.js";
import { Dice } from "./dice.js";
import { Driver } from "./driver.js";
import { playLive } from "./live.js";
import { type Arrival, ARRIVALS, Breeder, type Mutant, piecesOf } from "./mutant.js";
import { MUTATIONS } from "./mutations.js";
import { parseOptions } from "./options.js";
import { playAll } from "./run.js";
import { recordAll, type Session, type Side } from "./sessions.js";
import { faultsOf, isOurFault } from "./speech.js";

let sessions: Session[];
let driver: Driver;

beforeAll(async () => {
  sessions = await recordAll();
  driver = new Driver();
});

afterAll(() => driver.close());

/** A session as it was recorded, said to one of its sides. */
function unchanged(session: Session, subject: Side, arrival: Arrival = "in its window"): Mutant {
  const pieces = piecesOf(session, subject === "client" ? "server" : "client");
  const rest = {
    changes: [],
    arrival,
    isDebugging: false,
    isScarce: false,
    peerReads: true,
    lingerMs: 0,
    ending: undefined,
  };
  return { number: 0, session, subject, pieces, ...rest };
}

test("each mutation can follow any other: it takes frames as they come, also those that are none any more", () => {
  const dice = new Dice(1);
  const broken = (): Uint8Array[] => [
    new Uint8Array(0),
    new Uint8Array(3),
    new Uint8Array(16),
    new Uint8Array(40).fill(255),
  ];
  for (const [, mutate] of MUTATIONS) {
    for (let i = 0; i < 1000; i++) {
      const pieces = broken().map((bytes) => ({ bytes, passMs: 0, isTurn: true }));
      mutate(pieces, dice, [broken()]);
    }
  }
});

/** The recorded session of this name, with other handlers. */
function sessionOf(name: string, given: Partial<EchoHandlers> = {}): Session {
  const session = sessions.find(({ scene }) => scene.name === name)!;
  return { ...session, scene: { ...session.scene, handlers: { ...handlers, ...given } } };
}

function share(from: number, to: number) {
  return { seed: 1, from, to, step: 1, endsAt: Infinity };
}

/** Sessions in which one side acts by itself, at a time that a script does not know, or in no order that matters. */
const MOODY = new Set([
  "all-at-once",
  "cancel",
  "deadline",
  "one-way",
  "drain",
  "message-fragments",
  "ping",
  "called-back",
  "abandoned",
  "retry-after",
  "snapshot",
  "lagging",
  "conflated",
  "awaited",
  "cut-off",
]);

test("a session without mistakes is answered as it was when it was recorded, whichever side is under test", async () => {
  for (const session of sessions) {
    for (const side of ["client", "server"] as const) {
      for (const arrival of ARRIVALS) {
        const { name } = session.scene;
        const about = `${name}, ${side}, ${arrival}`;
        expect(await driver.drive(unchanged(session, side, arrival)), about).toEqual([]);
        const recorded = wire.join(...piecesOf(session, side).map(({ bytes }) => bytes));
        if (!MOODY.has(name)) expect(wire.frames(driver.said), about).toEqual(wire.frames(recorded));
      }
    }
  }
});

test("3,000 mutants do no harm", async () => {
  expect(await playAll(new Breeder(1, sessions), driver, share(0, 3000))).toBeUndefined();
}, 60_000);

test("a live server takes mutants over TCP and WebSocket, and serves an ordinary client as ever", async () => {
  expect(await playLive(await Watched.start(), new Breeder(1, sessions), 200)).toEqual([]);
}, 60_000);

test("a live server that dies of a mutant is noticed", async () => {
  const server = await Watched.start();
  const breeder = new Breeder(1, sessions);
  const deadly = (number: number, side?: Side): Mutant => {
    if (number === 40) server.process.kill("SIGKILL");
    return breeder.mutant(number, side);
  };
  const faults = await playLive(server, { mutant: deadly }, 200);
  expect(faults.at(-1)).toContain("the server was no more: the server ended with SIGKILL");
});

test("the same seed and number make the same mutant, another seed or number another one", () => {
  const said = (seed: number, number: number): string =>
    new Breeder(seed, sessions)
      .mutant(number)
      .pieces.map(({ bytes }) => Buffer.from(bytes).toString("hex"))
      .join("|");
  expect(said(1, 17)).toBe(said(1, 17));
  expect(said(1, 18)).not.toBe(said(1, 17));
  expect(said(2, 17)).not.toBe(said(1, 17));
});

test("no mutant is said in so many pieces that they alone take long", () => {
  const breeder = new Breeder(77, sessions);
  const counts = Array.from({ length: 20_000 }, (_, number) => breeder.mutant(number).pieces.length);
  expect(Math.max(...counts)).toBeLessThan(10_000);
});

test("what a mutant brings about is told with the seed and the number that play it again, and with its frames", async () => {
  const drive = ({ number }: Mutant): Promise<string[]> => Promise.resolve(number === 7 ? ["it threw: no"] : []);
  const finding = await playAll(new Breeder(1, sessions), { drive }, share(5, 9));
  expect(finding).toMatch(/^--seed 1 --mutant 7: it threw: no\n/);
  expect(finding).toMatch(/\n {2}[cs]> [\da-f]{8} /);
});

const planted: { name: string; unary: EchoHandlers["unary"]; fault: RegExp }[] = [
  {
    name: "a mistake within",
    unary: () => {
      throw new TypeError("x is not a function");
    },
    fault: /the handler of echo.Echo\/Unary failed: TypeError: x is not a function/,
  },
  {
    name: "memory that is never given back",
    unary: (request, call) => {
      call.retain();
      return request;
    },
    fault: /^1 slabs were left$/,
  },
  {
    name: "a handler that does not return for long",
    unary: (request) => {
      for (const { user } = process.cpuUsage(); process.cpuUsage().user - user < 150_000; );
      return request;
    },
    fault: /^it took \d+ ms of the processor's time$/,
  },
];

for (const { name, unary, fault } of planted) {
  test(`the driver notices ${name}`, async () => {
    const faults = await driver.drive(unchanged(sessionOf("all-at-once", { unary }), "server"));
    expect(faults).toContainEqual(expect.stringMatching(fault));
  });
}

test("the driver notices a call that nobody answers", async () => {
  const session = sessionOf("unary");
  const stuck = { ...session, scene: { ...session.scene, play: () => new Promise<never>(() => {}) } };
  expect(await driver.drive(unchanged(stuck, "client"))).toEqual(["a call was left hanging"]);
});

describe("what must not be said is noticed:", () => {
  const { frame, hello, join } = wire;
  const goodbye = frame({ kind: wire.RESET, aux: 1 });
  const reason = (text: string): Uint8Array => join(Uint8Array.of(text.length, 0), new TextEncoder().encode(text));
  const dirty = frame({ kind: wire.MESSAGE, payload: new Uint8Array(1) });
  dirty[23] = 1;
  const pair = (first: number, second: number): Uint8Array =>
    Uint8Array.of(first, ...Array<number>(7).fill(0), second, ...Array<number>(7).fill(0));
  const subscribed = frame({ kind: wire.SUBSCRIBED, stream: 1, aux: 9, payload: pair(5, 1) });
  const event = (offset: number): Uint8Array =>
    frame({ kind: wire.EVENT, stream: 9, ext: pair(offset, 0).subarray(0, 8) });
  const gap = (from: number, to: number): Uint8Array => frame({ kind: wire.GAP, stream: 1, payload: pair(from, to) });
  const said: [name: string, bytes: Uint8Array, fault: string][] = [
    ["a frame before the HELLO", frame({ kind: wire.PING }), "it said something before its HELLO"],
    ["a second HELLO", join(hello(), hello()), "it said a second HELLO"],
    ["a kind that does not exist", join(hello(), frame({ kind: 13 })), "it sent a frame of kind 13"],
    ["a flag that does not exist", join(hello(), frame({ kind: 3, flags: 4 })), "it sent a frame with reserved bits"],
    ["a pad of old bytes", join(hello(), dirty), "it sent a pad that is not zeros"],
    ["half a frame", join(hello(), Uint8Array.of(16, 0, 0, 0)), "it ended with 4 bytes that are no frame"],
    ["a frame after the goodbye", join(hello(), goodbye, goodbye), "it went on after its goodbye"],
    ["an event of no feed", join(hello(), event(1)), "it sent events of a feed that it had not told of"],
    ["an event too many", join(hello(), subscribed, event(1), event(3)), "it went on at event 3 where 2 was due"],
    ["an event twice", join(hello(), subscribed, event(1), event(1)), "it went on at event 1 where 2 was due"],
    ["a gap elsewhere", join(hello(), subscribed, gap(2, 3)), "it went on at event 2 where 1 was due"],
    ["a fault of ours", join(hello(), frame({ kind: 4, aux: 13 })), "it told its peer [internal] "],
    [
      "the engine's words",
      join(hello(), frame({ kind: 4, stream: 1, aux: 3, payload: reason("a of undefined") })),
      "it told its peer [invalid_argument] a of undefined",
    ],
  ];
  for (const [name, bytes, fault] of said) {
    test(name, () => expect(faultsOf(bytes).map((text) => text.replaceAll("\0", ""))).toEqual([fault]));
  }
});

test("a fault of ours is told from one of the peer's", () => {
  expect(isOurFault(new RangeError("no"))).toBe(true);
  expect(isOurFault(new MillraceError("invalid_argument", "no", { cause: new RangeError("no") }))).toBe(true);
  expect(isOurFault(new MillraceError("internal", "a slab was released twice"))).toBe(true);
  expect(isOurFault(new MillraceError("internal", "the answer of a/B is refused: no"))).toBe(false);
  expect(isOurFault(new MillraceError("unavailable", "no"))).toBe(false);
});

test("the command line is read, and what it cannot mean is refused in one line", () => {
  expect(parseOptions(["--mutants", "500", "--seed", "3"])).toMatchObject({ mutants: 500, live: 5, seed: 3 });
  expect(parseOptions(["--minutes", "0.5"])).toMatchObject({ mutants: Infinity, minutes: 0.5, live: 2500 });
  expect(() => parseOptions(["--minutes", "x"])).toThrow('"x" is no number; usage: npm run fuzz');
  expect(() => parseOptions(["--hours", "1"])).toThrow(/'--hours'.*usage: npm run fuzz/);
});
