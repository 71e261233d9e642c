/** How a call or the connection ended: a status of docs/wire.md and its text. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(text);
  }
}

/** What may still be sent: a cumulative total, mod 2³², less what was sent. */
export class Credit {
  #sent = 0;
  constructor(public total: number) {}
  get open(): boolean {
    return ((this.total - this.#sent) | 0) > 0;
  }
  use(bytes: number): void {
    this.#sent = (this.#sent + bytes) | 0;
  }
}

/** Gives credit back in steps of a quarter of the window. */
export class Grant {
  #given = 0;
  #pending = 0;
  constructor(
    private readonly window: number,
    private readonly send: (total: number) => void,
  ) {}
  give(bytes: number): void {
    this.#pending += bytes;
    if (this.#pending < this.window / 4) return;
    this.#given += this.#pending;
    this.#pending = 0;
    this.send(this.window + this.#given);
  }
}
