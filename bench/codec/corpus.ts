import { loadRecords } from "../../examples/demo/records.js";
import { Message } from "../../schemas/gen/chat.js";
import { Order, Quote, Receipt, Side } from "../../schemas/gen/market.js";
import type { Codec } from "millrace/codec";
import { seededRandom } from "../random.js";

/** Many values of one message type, and where the type is described. */
export interface Corpus<T extends object> {
  readonly codec: Codec<T>;
  /** The .proto file in schemas/. */
  readonly schema: string;
  readonly values: readonly T[];
}

const records = loadRecords();
const random = seededRandom(560);
const below = (limit: number) => Math.floor(random() * limit);
const clientId = () => Uint8Array.from({ length: 16 }, () => below(256));
const words = "the mill runs when water comes down through narrow channel and gate holds it back until noon".split(" ");
const sentence = () => Array.from({ length: 4 + below(12) }, () => words[below(words.length)]).join(" ");

/** The recorded prices. */
export const quotes: Corpus<Quote> = {
  codec: Quote,
  schema: "market.proto",
  values: records.map((record) => Quote.create(record)),
};

/** Chat lines of 4 to 15 words, with the server's time stamp. */
export const messages: Corpus<Message> = {
  codec: Message,
  schema: "chat.proto",
  values: records.map(({ symbol, time }) =>
    Message.create({
      room: symbol.toLowerCase(),
      author: `trader-${below(1000)}`,
      text: sentence(),
      sentAt: { seconds: BigInt(time / 1000), nanos: below(1_000) * 1_000_000 },
    }),
  ),
};

/** Orders at the recorded prices, two of three with a limit. */
export const orders: Corpus<Order> = {
  codec: Order,
  schema: "market.proto",
  values: records.map(({ symbol, price }, i) =>
    Order.create({
      symbol,
      side: i % 2 === 0 ? Side.BUY : Side.SELL,
      quantity: 1 + below(5_000),
      ...(i % 3 !== 0 && { limitPrice: price }),
      clientId: clientId(),
    }),
  ),
};

/** What such orders get back. */
export const receipts: Corpus<Receipt> = {
  codec: Receipt,
  schema: "market.proto",
  values: records.map(({ price }, i) =>
    Receipt.create({
      orderId: BigInt(100_000 + i),
      clientId: clientId(),
      fill: { price, quantity: 1 + below(5_000) },
    }),
  ),
};
