import { connect } from "millrace/browser";
import { Market, type Quote } from "../../schemas/gen/market.js";
import { quotes } from "./quotes.js";

/** Counts quotes for a while, after a first while that is not counted, and checks that each is the next. */
class Count {
  private readonly from: number;
  private readonly until: number;
  private next = 0;
  private counted = 0;
  private began = 0;

  constructor(settleMs: number, windowMs: number) {
    this.from = performance.now() + settleMs;
    this.until = this.from + windowMs;
  }

  /** Takes one; `false` when no more are wanted. */
  took({ symbol, time, price, currency }: Quote): boolean {
    const due = quotes[this.next];
    this.next = (this.next + 1) % quotes.length;
    if (symbol !== due.symbol || time !== due.time || price !== due.price || currency !== due.currency) {
      throw new Error(`the quote of ${time} came where that of ${due.time} was due`);
    }
    this.counted++;
    if ((this.counted & 63) !== 0) return true;
    const now = performance.now();
    if (this.began === 0 && now >= this.from) {
      this.began = now;
      this.counted = 0;
    }
    return now < this.until || this.counted === 0;
  }

  /** Quotes a second. */
  get rate(): number {
    return (this.counted / (performance.now() - this.began)) * 1000;
  }
}

/** How each subject receives the stream of quotes at `url`. */
const subjects: { [name: string]: (url: string, count: Count) => Promise<void> } = {
  async millrace(url, count) {
    const link = await connect(url);
    for await (const quote of link.client(Market).history({})) if (!count.took(quote)) break;
    await link.close();
  },

  async "millrace-batches"(url, count) {
    const link = await connect(url);
    for await (const batch of link.client(Market).history({}).batches()) {
      if (!batch.every((quote) => count.took(quote))) break;
    }
    await link.close();
  },

  "ws+json": (url, count) => receive(url, (text) => count.took(JSON.parse(text) as Quote)),

  "ws+json-arrays": (url, count) =>
    receive(url, (text) => (JSON.parse(text) as Quote[]).every((quote) => count.took(quote))),
};

/** Gives each text message to `took` until that wants no more, or throws. */
function receive(url: string, took: (text: string) => boolean): Promise<void> {
  const socket = new WebSocket(url);
  const heard = new AbortController();
  const { signal } = heard;
  return new Promise<void>((resolve, reject) => {
    const listen = ({ data }: MessageEvent<string>): void => {
      try {
        if (!took(data)) resolve();
      } catch (error) {
        reject(error);
      }
    };
    socket.addEventListener("message", listen, { signal });
    socket.addEventListener("error", () => reject(new Error(`${url} cannot be opened`)), { signal });
  }).finally(() => {
    heard.abort();
    if (socket.readyState === WebSocket.OPEN) socket.send("stop");
  });
}

/** One round of one subject. */
async function measure(subject: string, url: string, settleMs: number, windowMs: number): Promise<number> {
  const count = new Count(settleMs, windowMs);
  await subjects[subject](url, count);
  return count.rate;
}

Object.assign(globalThis, { measure });
