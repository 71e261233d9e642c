import { ChatLine, Level, Node, Order, OrderBook, Side, Tiny } from "../../../schemas/gen/corpus.js";
import type { Corpus } from "../corpus.js";
import { corpusOf, type Draw } from "./make.js";

const SYMBOLS = ["ACME", "GLOBEX", "INITECH", "HOOLI", "UMBRELLA", "STARK", "WAYNE", "TYRELL"];
const LEVELS = 20;

/** From two fields to a tree. */
export const small: readonly Corpus[] = [
  corpusOf("tiny", Tiny, (draw) => ({ id: 1 + draw.spread(1_000_000), on: draw.chance(0.5) })),
  corpusOf("chat line", ChatLine, (draw) => ({
    room: draw.sentence(1, 1),
    author: `user-${draw.below(10_000)}`,
    text: draw.sentence(4, 15),
    sent: draw.time(),
  })),
  corpusOf("order", Order, (draw) => ({
    symbol: draw.pick(SYMBOLS),
    side: draw.pick([Side.BUY, Side.SELL]),
    quantity: draw.spread(5_000),
    limit: draw.chance(0.67) ? draw.price() : undefined,
    client: draw.bytes(16),
    id: draw.id(),
  })),
  corpusOf("order book", OrderBook, (draw) => ({
    symbol: draw.pick(SYMBOLS),
    sequence: draw.id(),
    bids: levels(draw),
    asks: levels(draw),
  })),
  corpusOf("deep tree", Node, (draw) => nodeOf(draw, 10)),
];

function levels(draw: Draw): Level[] {
  const level = () => ({ price: draw.price(), quantity: draw.spread(100_000), orders: 1 + draw.below(40) });
  return draw.list(LEVELS, LEVELS, level);
}

/** A node with a chain of `depth` levels below it, and a leaf beside each of them. */
function nodeOf(draw: Draw, depth: number): Node {
  const children = depth === 0 ? [] : [nodeOf(draw, depth - 1), nodeOf(draw, 0)];
  return Node.create({ name: draw.sentence(1, 2), weight: draw.spread(100_000) - 300, children });
}
