import { setTimeout as sleep } from "node:timers/promises";
import type { Link } from "millrace";
import { connect } from "millrace/node";
import { Typing } from "../../schemas/gen/chat.js";
import { Market } from "../../schemas/gen/market.js";
import { grouped } from "../support/number.js";
import { checkChat } from "./chat-check.js";
import { check } from "./check.js";
import { type Streamed, streamPrices, streamQuotes } from "./history.js";
import { measureCalls, type CallStats } from "./load.js";
import type { PriceRecord } from "./records.js";
import type { Usage } from "./server-process.js";

/** What one transport did. */
export interface TransportResult {
  readonly oneByOne: CallStats;
  readonly pipelined: CallStats;
  /** All prices in one stream, in either language. */
  readonly quotes: Streamed;
  readonly prices: Streamed;
  readonly records: number;
  readonly typings: number;
}

export const inFlight = 256;
const measureMs = 400;
const typings = 20_000;

/** Where to connect, and the certificate to trust there, as PEM. */
export interface Place {
  readonly url: string;
  readonly ca: string | undefined;
}

/** Does everything the demo shows over the link at a place; throws when anything arrives other than it was sent. */
export async function runTransport(
  { url, ca }: Place,
  records: readonly PriceRecord[],
  usage: () => Promise<Usage>,
  show: (step: string) => void,
): Promise<TransportResult> {
  const isSecure = /^(tls|wss):/.test(url);
  const link = await connect(url, isSecure && ca !== undefined ? { tls: { ca } } : {});
  try {
    show("a chat: one watches, others send, import and join");
    await checkChat(link);
    show(`a stream of all ${records.length} prices, in Protocol Buffers and as FlatBuffers`);
    const quotes = await streamQuotes(link, records);
    const prices = await streamPrices(link, records);
    show(`${grouped(typings)} messages without an answer`);
    await checkTypings(link, usage);
    const call = checkedCall(link, records);
    const serverCpuUs = async () => (await usage()).cpuUs;
    show("calls, one at a time");
    const oneByOne = await measureCalls(call, 1, measureMs, serverCpuUs);
    show(`calls, ${inFlight} in flight`);
    const pipelined = await measureCalls(call, inFlight, measureMs, serverCpuUs);
    return { oneByOne, pipelined, quotes, prices, records: records.length, typings };
  } finally {
    await link.close();
  }
}

async function checkTypings(link: Link, usage: () => Promise<Usage>): Promise<void> {
  const wanted = (await usage()).typed + typings;
  for (let i = 0; i < typings; i++) {
    if (!link.send(Typing, { room: "mill", author: "demo" })) await link.drained();
  }
  let typed = 0;
  for (let wait = 0; typed < wanted && wait < 100; wait++) {
    typed = (await usage()).typed;
    await sleep(20);
  }
  check(typed === wanted, `${typings - (wanted - typed)} of ${typings} messages reached the server`);
}

function checkedCall(link: Link, records: readonly PriceRecord[]): (i: number) => Promise<void> {
  const market = link.client(Market);
  const newest = [...new Map(records.map((record) => [record.symbol, record])).values()];
  return async (i) => {
    const { symbol, time, price } = newest[i % newest.length];
    const quote = await market.lastQuote({ symbol });
    const same = quote.symbol === symbol && quote.time === time && quote.price === price;
    check(same, `the newest price of ${symbol} is not the recorded one`);
  };
}
