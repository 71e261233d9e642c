import { once } from "node:events";
import net from "node:net";
import { reset } from "./reset.js";

/** A connection's way through this process, where it can be held up and cut. */
export class Cable {
  private readonly ends = new Set<net.Socket>();
  private isHeld = false;

  private constructor(private readonly server: net.Server) {}

  /** @param port where the server is that is reached through it. */
  static async to(port: number): Promise<Cable> {
    const server = net.createServer();
    const cable = new Cable(server);
    server.on("connection", (near) => cable.join(near, net.connect(port, "127.0.0.1")));
    await once(server.listen(0, "127.0.0.1"), "listening");
    return cable;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  /** Hands nothing on any more, until `release`. Both ends see a connection that is there and silent. */
  hold(): void {
    this.isHeld = true;
    for (const end of this.ends) end.pause();
  }

  release(): void {
    this.isHeld = false;
    for (const end of this.ends) end.resume();
  }

  /** Resets what there is. */
  cut(): void {
    for (const end of this.ends) reset(end);
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }

  private join(near: net.Socket, far: net.Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      this.ends.add(from);
      from.setNoDelay(true);
      from.on("data", (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on("drain", () => this.isHeld || from.resume());
      from.on("error", () => {});
      from.on("close", () => {
        this.ends.delete(from);
        to.destroy();
      });
      if (this.isHeld) from.pause();
    }
  }
}
