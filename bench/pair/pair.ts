import { setTimeout as sleep } from "node:timers/promises";
import type { Effort } from "../suite.js";
import type { PairSubject, Shape } from "./load.js";
import type { Mark } from "./messages.js";
import { Worker } from "./worker.js";

const times: Readonly<Record<Effort, { warmUpMs: number; settleMs: number; windowMs: number }>> = {
  quick: { warmUpMs: 200, settleMs: 30, windowMs: 250 },
  full: { warmUpMs: 1_000, settleMs: 100, windowMs: 1_400 },
};

/** Where both processes stood before and after they were measured. */
export interface Window {
  readonly server: Span;
  readonly client: Span;
  /** All answers of the round, also those before and after the window. */
  readonly answers: number;
}

export interface Span {
  readonly before: Mark;
  readonly after: Mark;
}

/** The two processes of a subject; between rounds they rest. */
export class Pair {
  readonly server: Worker;
  readonly #client: Worker;
  readonly #effort: Effort;
  /** Answers of all rounds so far. */
  #answers = 0;

  private constructor(server: Worker, client: Worker, effort: Effort) {
    this.server = server;
    this.#client = client;
    this.#effort = effort;
  }

  /** Starts both and runs them until they are warm. */
  static async open(subject: PairSubject, shape: Shape, effort: Effort): Promise<Pair> {
    const shapeText = JSON.stringify(shape);
    const server = await Worker.start("server", subject, [shapeText]);
    const args = [shapeText, JSON.stringify(server.place)];
    const client = await Worker.start("client", subject, args).catch(async (error) => {
      await server.stop();
      throw error;
    });
    const pair = new Pair(server, client, effort);
    try {
      await pair.#run(0, times[effort].warmUpMs);
      return pair;
    } catch (error) {
      await pair.close();
      throw error;
    }
  }

  /** One round. Throws unless all that was asked for came, and something did. */
  measure(): Promise<Window> {
    const { settleMs, windowMs } = times[this.#effort];
    return this.#run(settleMs, windowMs);
  }

  async close(): Promise<void> {
    await this.#client.stop();
    await this.server.stop();
  }

  async #run(settleMs: number, windowMs: number): Promise<Window> {
    await this.#client.start();
    await sleep(settleMs);
    const before = await this.#marks();
    await sleep(windowMs);
    const after = await this.#marks();
    await this.#client.rest();
    const { calls, answers } = await this.#client.mark();
    if (calls !== answers) throw new Error(`${calls} calls got ${answers} answers`);
    if (after.client.answers === before.client.answers) throw new Error("nothing came while it was measured");
    const began = this.#answers;
    this.#answers = answers;
    return {
      answers: answers - began,
      server: { before: before.server, after: after.server },
      client: { before: before.client, after: after.client },
    };
  }

  async #marks(): Promise<{ server: Mark; client: Mark }> {
    const [server, client] = await Promise.all([this.server.mark(), this.#client.mark()]);
    return { server, client };
  }
}
