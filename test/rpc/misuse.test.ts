import { expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { type Code, type ErrorDetail, MillraceError } from "../../src/index.js";
import { describe } from "../../src/link/report.js";
import { handlers } from "../support/echo.js";
import { PairRig, settle } from "../support/rig.js";

const thrown: { readonly [what: string]: () => unknown } = {
  "details that are no list": () => new MillraceError("aborted", "x", { details: {} as ErrorDetail[] }),
  "details that are none": () => new MillraceError("aborted", "x", { details: [{ typeId: 1 } as ErrorDetail] }),
  "a code that there is not": () => new MillraceError("gone" as Code, "x"),
  "the code ok": () => new MillraceError("ok" as Code, "x"),
  "an error without a stack": () => Object.assign(new Error("x"), { stack: null }),
  "an error whose message is no text": () => Object.assign(new Error("x"), { message: Symbol("x") }),
};

for (const [what, make] of Object.entries(thrown)) {
  test(`a handler that throws ${what} fails its call as internal, is reported, and harms nothing else`, async () => {
    const rig = new PairRig();
    rig.server.serve(Echo, {
      ...handlers,
      unary(request) {
        if (request.id === 1) throw make();
        return request;
      },
    });
    await settle();
    const echo = rig.client.client(Echo);
    await expect(echo.unary({ id: 1 })).rejects.toMatchObject({ code: "internal" });
    expect(rig.runtime.reports).toHaveLength(1);
    expect(await echo.unary({ id: 2 })).toMatchObject({ id: 2 });
    expect(rig.leftovers).toEqual([0, 0, 0, 0]);
  });
}

test("requests that fail with an error whose message is no text fail their call", async () => {
  const rig = new PairRig();
  rig.server.serve(Echo, handlers);
  await settle();
  async function* requests(): AsyncGenerator<object> {
    yield { id: 1 };
    throw Object.assign(new Error("x"), { message: 5 });
  }
  await expect(rig.client.client(Echo).consume(requests())).rejects.toMatchObject({ code: "cancelled" });
});

test("an error that cannot be read is reported as such", () => {
  const error = new Error("x");
  Object.defineProperty(error, "stack", {
    get() {
      throw error;
    },
  });
  expect(describe(error)).toBe("an error that cannot be read");
});

test("who is told of states behind a listener that closes the link hears last that it is closed", async () => {
  const rig = new PairRig();
  await settle();
  const told: string[] = [];
  rig.client.onState(() => void rig.client.close());
  rig.client.onState((state) => void told.push(state));
  await rig.client.drain();
  expect(told.at(-1)).toBe("closed");
});
