import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const TYPES: { readonly [ending: string]: string } = { html: "text/html", js: "text/javascript" };

/** A web server for the few files that a test's page consists of. */
export class Pages {
  private constructor(
    private readonly server: Server,
    /** Where a browser says its pages come from. */
    readonly origin: string,
  ) {}

  /** @param files their contents by their paths, such as `/index.html`. */
  static async serve(files: { readonly [path: string]: string }): Promise<Pages> {
    const server = createServer(({ url = "" }, response) => {
      const text = Object.hasOwn(files, url) ? files[url] : undefined;
      const type = TYPES[url.slice(url.lastIndexOf(".") + 1)] ?? "text/plain";
      response.writeHead(text === undefined ? 404 : 200, { "content-type": type }).end(text);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new Pages(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
