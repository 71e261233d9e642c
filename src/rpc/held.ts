import type { Connection } from "../link/connection.js";
import type { Stream } from "../link/stream.js";
import type { Loan } from "./loan.js";

/**
 * What the receiver of a stream has now. Its credit goes to the sender when it is consumed and, where its bytes are
 * borrowed, given back by all who hold them.
 */
export class Held {
  private loans: Loan[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly stream: Stream,
  ) {}

  /** The loans of what was handed out last. */
  get lent(): readonly Loan[] {
    return this.loans;
  }

  /** The receiver has a message now, of so many bytes on the wire. */
  take(loan: Loan | undefined, bytes: number): void {
    if (!loan) return this.consumed(bytes);
    loan.returned = () => this.consumed(bytes);
    this.loans.push(loan);
  }

  /** The receiver needs no longer what it has. */
  giveBack(): void {
    if (this.loans.length === 0) return;
    for (const loan of this.loans.splice(0)) loan.release();
  }

  /** Lets go of what the receiver may go on reading: it is never lent again. */
  abandon(): void {
    for (const loan of this.loans.splice(0)) loan.abandon();
  }

  /** Grants the sender as much as was consumed, while it may still send. */
  consumed(bytes: number): void {
    const { connection, stream } = this;
    if (!stream.isDiscarding && connection.state !== "closed") connection.intake.consumed(stream, bytes);
  }
}
