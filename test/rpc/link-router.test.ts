import { expect, test } from "vitest";
import { Network } from "millrace/testing";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { handlers } from "../support/echo.js";

test("what is served over one link of a server is not served to its other clients", async () => {
  const net = new Network();
  const server = net.listen();
  const friend = await net.connect(server, { reconnect: false });
  const stranger = await net.connect(server, { reconnect: false });
  const [first] = server.links;
  first.serve(Echo, handlers);
  expect(await net.until(friend.client(Echo).unary({ id: 5 }))).toMatchObject({ id: 5 });
  expect(await net.until(friend.verdict(Echo))).toMatchObject({ verdict: "equal" });
  const refused = expect(stranger.client(Echo).unary({ id: 5 })).rejects.toMatchObject({ code: "unimplemented" });
  await net.until(refused);
  server.serve(Echo, { ...handlers, unary: ({ id }) => ({ id: id + 1 }) });
  expect(await net.until(friend.client(Echo).unary({ id: 5 }))).toMatchObject({ id: 5 });
  expect(await net.until(stranger.client(Echo).unary({ id: 5 }))).toMatchObject({ id: 6 });
  await net.until(server.close());
});

test("each link of a server may receive messages by a handler of its own", async () => {
  const net = new Network();
  const server = net.listen();
  const clients = [await net.connect(server, { reconnect: false }), await net.connect(server, { reconnect: false })];
  const got: string[] = [];
  for (const [index, link] of [...server.links].entries()) {
    link.on(Payload, ({ id }, from) => void got.push(`${index} ${id} ${from === link}`));
  }
  for (const [id, client] of clients.entries()) client.send(Payload, { id });
  await net.advance(100);
  expect(got.toSorted()).toEqual(["0 0 true", "1 1 true"]);
  await net.until(server.close());
});
