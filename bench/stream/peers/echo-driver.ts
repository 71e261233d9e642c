import type { EchoClient, Payload } from "../../../schemas/gen/echo.js";
import type { Shape } from "../../pair/load.js";
import { payloadOf } from "../../pair/payload.js";
import { ItemDriver } from "../item-driver.js";

const endless = 0xffff_ffff;

/** Receives `produce`; how it iterates is up to those below it. */
export abstract class EchoDriver extends ItemDriver {
  readonly #echo: EchoClient;
  readonly #size: number;

  constructor(echo: EchoClient, { payloadBytes }: Shape) {
    super(payloadOf(payloadBytes));
    this.#echo = echo;
    this.#size = payloadBytes;
  }

  protected open() {
    return this.#echo.produce({ count: endless, size: this.#size });
  }

  protected tookItem({ id, data }: Payload): void {
    this.took(id, data, 0, data.length);
  }
}
