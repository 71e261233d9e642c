import { fork, type ChildProcess, type ForkOptions, type Serializable } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How long a process may take for one answer. */
const patienceMs = 20_000;
const graceMs = 2_000;

/** A process that is set up, then answers one question at a time, each with one message. */
export class Child<Question extends Serializable, Answer, Ready = Answer> {
  /** What the process says unasked, once it is set up. */
  readonly ready: Promise<Ready>;
  readonly #process: ChildProcess;
  readonly #name: string;

  /** Starts the module at `url`; errors call it `name`. */
  constructor(name: string, url: URL, args: readonly string[], options: ForkOptions) {
    this.#name = name;
    this.#process = fork(fileURLToPath(url), [...args], options);
    this.ready = this.#next();
  }

  /** The id of the process. */
  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`${this.#name} could not be started`);
    return pid;
  }

  ask(question: Question): Promise<Answer> {
    const answer = this.#next<Answer>();
    this.#process.send(question);
    return answer;
  }

  /** Ends the process: by letting go of it, by force if it hangs. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    const force = setTimeout(() => running.kill("SIGKILL"), graceMs);
    if (running.connected) running.disconnect();
    await ended;
    clearTimeout(force);
  }

  /** The next message of the process; fails when it ends instead, or says nothing for long. */
  #next<Message>(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#process.off("message", onMessage).off("exit", onExit).off("error", onError);
      };
      const fail = (reason: string) => {
        settle();
        reject(new Error(`${this.#name} ${reason}`));
      };
      const onMessage = (message: Message) => {
        settle();
        resolve(message);
      };
      const onExit = (code: number | null, signal: string | null) => fail(`ended with ${signal ?? `code ${code}`}`);
      const onError = (error: Error) => fail(`could not be reached: ${error.message}`);
      const timer = setTimeout(() => fail(`said nothing for ${patienceMs} ms`), patienceMs);
      this.#process.on("message", onMessage).on("exit", onExit).on("error", onError);
    });
  }
}
