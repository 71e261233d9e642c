import { expect, test } from "vitest";
import { checkPayload, payloadOf } from "../../bench/pair/payload.js";
import { ItemDriver } from "../../bench/stream/item-driver.js";
import { sumOfCalls } from "../../bench/syscalls/strace.js";

class Items extends ItemDriver {
  take(id: number, bytes: Uint8Array): void {
    this.took(id, bytes, 0, bytes.length);
  }

  protected receive(): Promise<void> {
    return Promise.resolve();
  }
}

test("a stream that loses an item, or shortens or changes one, fails its subject", () => {
  const due = payloadOf(64);
  const begin = () => {
    const items = new Items(due);
    items.start();
    return items;
  };
  const sound = begin();
  sound.take(0, due);
  sound.take(1, due);
  expect(sound.answers).toBe(2);
  expect(() => sound.take(3, due)).toThrow("number 3 came where 2 was due");
  expect(() => begin().take(0, due.subarray(1))).toThrow("number 63 came where 64 was due");
  expect(() => begin().take(0, due.toReversed())).toThrow("that are not the 64 that were sent");
});

test("a payload that came shifted is seen", () => {
  const sent = payloadOf(64);
  expect(() => checkPayload(payloadOf(80), 1, 64, sent)).toThrow("64 bytes came");
  expect(() => checkPayload(payloadOf(80), 0, 64, sent)).not.toThrow();
});

test("the calls that strace counted are added up, errors and the total left out", () => {
  const table = `strace: Process 7 attached with 2 threads
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.10    0.001204           3       400           write
 30.05    0.000602           2       300       100 read
  9.85    0.000197           1       150           epoll_pwait
------ ----------- ----------- --------- --------- ----------------
100.00    0.002003           2       850       100 total
`;
  expect(sumOfCalls(table)).toBe(850);
  expect(() => sumOfCalls("strace: Process 7 attached\n")).toThrow("counted nothing");
});
