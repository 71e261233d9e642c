import net from "node:net";
import tls from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { Link, PeerCertificate } from "../../src/index.js";
import type { Runtime } from "../../src/link/runtime.js";
import {
  type ClientSecurity,
  connect,
  createRuntime,
  type ListenOptions,
  listen,
  type SecureAddress,
  type Server,
} from "../../src/node/index.js";
import { Authority, canMakeCertificates, type Identity, LOCAL } from "../support/certificates.js";
import * as wire from "../support/wire.js";

const LOOPBACK = { address: "127.0.0.1:0" };

describe.skipIf(!canMakeCertificates)("over TLS", () => {
  let authority: Authority;
  let foreign: Authority;
  let own: Identity;
  let expired: Identity;
  let runtime: Runtime;
  let servers: Server[];
  let server: Server;

  beforeAll(() => {
    authority = new Authority("Mill");
    foreign = new Authority("Elsewhere");
    own = authority.issue("server", LOCAL);
    expired = authority.issue("late", LOCAL, -1);
  });

  afterAll(() => {
    authority.close();
    foreign.close();
  });

  beforeEach(async () => {
    runtime = createRuntime();
    servers = [];
    server = await serve({ tls: { ...LOOPBACK, ...own }, wss: { ...LOOPBACK, ...own }, tcp: LOOPBACK.address });
  });

  afterEach(async () => {
    await Promise.all(servers.map((each) => each.close()));
    expect(runtime.slabs.leased).toBe(0);
  });

  async function serve(options: ListenOptions): Promise<Server> {
    const made = await listen({ runtime, ...options });
    servers.push(made);
    return made;
  }

  function urlOf(protocol: string): string {
    return server.urls.find((url) => url.startsWith(`${protocol}:`)) ?? "";
  }

  function join(url: string, security?: ClientSecurity): Promise<Link> {
    return connect(url, { runtime, tls: { ca: authority.cert, ...security } });
  }

  /** Opens a bare TLS connection; resolves when it is closed, with what went wrong and what came back. */
  function talk(options: tls.ConnectionOptions, ...says: readonly Uint8Array[]): Promise<Heard> {
    return new Promise((resolve) => {
      const chunks: Uint8Array[] = [];
      let error: Error | undefined;
      let session: Buffer | undefined;
      const port = Number(new URL(urlOf("tls")).port);
      const socket = tls.connect({ host: "127.0.0.1", port, ca: authority.cert, ...options });
      for (const chunk of says) socket.write(chunk);
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("session", (ticket) => (session = ticket));
      socket.on("error", (failure) => (error = failure));
      socket.on("close", () => resolve({ frames: wire.frames(wire.join(...chunks)), error, session }));
    });
  }

  test("each address is named by its protocol, in one order, whatever the order they were given in", async () => {
    const secure = { ...LOOPBACK, ...own };
    const all = await serve({ wss: secure, ws: ":0", tls: secure, tcp: ":0" });
    expect(all.urls.map((url) => url.split(":")[0])).toEqual(["tcp", "tls", "ws", "wss"]);
  });

  for (const protocol of ["tls", "wss"]) {
    test(`${protocol}: a server is found by name and by address, and is known by its certificate`, async () => {
      const byAddress = await join(urlOf(protocol));
      const byName = await join(urlOf(protocol).replace("127.0.0.1", "localhost"));
      const byOtherName = await join(urlOf(protocol), { servername: "localhost" });
      expect(byAddress.peer.certificate?.subject).toEqual(["O=Mill", "CN=server"]);
      expect(byAddress.peer.certificate?.subjectAltNames).toEqual(["DNS:localhost", "IP Address:127.0.0.1"]);
      expect([...server.links].map(({ peer }) => peer.certificate)).toEqual([undefined, undefined, undefined]);
      for (const link of [byAddress, byName, byOtherName]) await link.close();
    });

    test(`${protocol}: a server that cannot be trusted is refused, with the reason`, async () => {
      const other = await join(urlOf(protocol));
      const cases: [Identity, ClientSecurity, string][] = [
        [own, { servername: "other.example" }, "is for another name"],
        [authority.issue("elsewhere", ["DNS:elsewhere.example"]), {}, "is for another name"],
        [expired, {}, "has expired"],
        [foreign.asServer(LOCAL), {}, "is not signed by an authority known here: give its own as tls.ca"],
        [own, { ca: foreign.cert }, "is not signed by an authority known here: give its own as tls.ca"],
        [foreign.issue("server", LOCAL), {}, "is not signed by an authority known here: give its own as tls.ca"],
      ];
      for (const [identity, security, complaint] of cases) {
        const doubtful = await serve({ [protocol]: { ...LOOPBACK, ...identity } });
        const [url] = doubtful.urls;
        const joining = join(url, security);
        await expect(joining).rejects.toMatchObject({ code: "unauthenticated" });
        await expect(joining).rejects.toThrow(`[unauthenticated] the certificate of ${url} ${complaint}`);
      }
      expect(other.state).toBe("open");
      await other.close();
    });

    test(`${protocol}: a server is verified also where the environment tells Node not to`, async () => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      try {
        await expect(connect(urlOf(protocol), { runtime })).rejects.toThrow("[unauthenticated]");
      } finally {
        vi.unstubAllEnvs();
      }
    });

    test(`${protocol}: without a ca, a private authority is not trusted`, async () => {
      await expect(connect(urlOf(protocol), { runtime })).rejects.toThrow("[unauthenticated]");
    });

    test(`${protocol}: a client's certificate is what its calls are known by`, async () => {
      const address = { ...LOOPBACK, ...own, ca: authority.cert, clientCertificates: "optional" } as const;
      const asking = await serve({ [protocol]: address });
      const names = ["DNS:worker.example", "URI:spiffe://mill/worker, DNS:admin.example"];
      const link = await join(asking.urls[0], authority.issue("worker", names));
      const [worker] = [...asking.links].map(({ peer }) => peer.certificate);
      expect(worker?.subject).toEqual(["O=Mill", "CN=worker"]);
      expect(worker?.subjectAltNames).toEqual(names);
      expect(worker?.fingerprint256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      await link.close();
      const anonymous = await join(asking.urls[0]);
      await expect.poll(() => [...asking.links].map(({ peer }) => peer.certificate)).toEqual([undefined]);
      await anonymous.close();
    });

    test(`${protocol}: a client without the certificate that is required, or with a wrong one, is told so`, async () => {
      const wrong: [ClientSecurity, string][] = [
        [{}, "clients must show a certificate here: give tls.key and tls.cert"],
        [foreign.issue("spy", LOCAL), "the client's certificate is not accepted here: UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        [expired, "the client's certificate is not accepted here: CERT_HAS_EXPIRED"],
      ];
      for (const clientCertificates of ["required", "optional"] as const) {
        const address = { ...LOOPBACK, ...own, ca: authority.cert, clientCertificates };
        const asking = await serve({ [protocol]: address });
        for (const [security, why] of wrong) {
          if (clientCertificates === "optional" && !security.key) continue;
          await expect(join(asking.urls[0], security)).rejects.toThrow(`[unauthenticated] ${why}`);
        }
        const known = await join(asking.urls[0], own);
        expect([...asking.links].filter(({ state }) => state === "open").length).toBe(1);
        await known.close();
      }
    });
  }

  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    test(`a server that cannot be trusted is not told a word, over ${maxVersion}`, async () => {
      let heard = 0;
      const doubtful = tls.createServer({ ...own, maxVersion }, (socket) => {
        socket.on("data", (chunk) => (heard += chunk.length));
        socket.on("error", () => {});
      });
      await new Promise<void>((resolve) => doubtful.listen(0, "127.0.0.1", resolve));
      const url = `127.0.0.1:${(doubtful.address() as net.AddressInfo).port}`;
      await expect(join(`tls://${url}`, { ca: foreign.cert })).rejects.toThrow("[unauthenticated]");
      await expect(join(`wss://${url}`, { ca: foreign.cert })).rejects.toThrow("[unauthenticated]");
      await new Promise((resolve) => doubtful.close(resolve));
      expect(heard).toBe(0);
    });
  }

  test("a session that began without a certificate, or with a wrong one, is refused when it is resumed too", async () => {
    const address: SecureAddress = { ...LOOPBACK, ...own, ca: authority.cert, clientCertificates: "required" };
    server = await serve({ tls: address });
    for (const security of [{}, foreign.issue("spy", LOCAL)]) {
      for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
        const { session } = await talk({ ...security, maxVersion }, wire.hello());
        expect(session).toBeDefined();
        const { frames } = await talk({ ...(session && { session }), maxVersion }, wire.hello());
        expect(frames.map(({ kind, text }) => [kind, text.split(":")[0]])).toEqual([
          [wire.RESET, expect.stringMatching(/^clients must show|^the client's certificate/)],
        ]);
      }
    }
  });

  test("plain bytes spoken to a TLS port, and TLS to a plain one, end with a hint, and no other link notices", async () => {
    const others = [await join(urlOf("tls")), await join(urlOf("wss"))];
    const wrong: [string, string][] = [
      [urlOf("tls").replace("tls:", "tcp:"), "closed the connection without a HELLO: does it speak millrace over tcp?"],
      [urlOf("wss").replace("wss:", "tcp:"), "closed the connection without a HELLO: does it speak millrace over tcp?"],
      [urlOf("wss").replace("wss:", "ws:"), "cut off the connection: is wss:// meant, or another port?"],
      [urlOf("tcp").replace("tcp:", "tls:"), "does not speak TLS"],
      [urlOf("tcp").replace("tcp:", "wss:"), "does not speak TLS"],
      [urlOf("wss").replace("wss:", "tls:"), "speaks TLS, but not millrace"],
    ];
    for (const [url, complaint] of wrong) {
      const isSecure = /^(tls|wss)/.test(url);
      const joining = isSecure ? join(url) : connect(url, { runtime });
      await expect(joining).rejects.toThrow(`${url} ${complaint}`);
    }
    expect(others.map(({ state }) => state)).toEqual(["open", "open"]);
    for (const link of others) await link.close();
  });

  test("a client that speaks nothing newer than TLS 1.1 is not let in, nor is such a server connected to", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    for (const protocol of ["tls", "wss"]) {
      const { error, frames } = await talk({ ...old, port: Number(new URL(urlOf(protocol)).port) }, wire.hello());
      expect([error?.message, frames]).toEqual([expect.stringContaining("alert protocol version"), []]);
    }
    const oldServer = tls.createServer({ ...own, ...old });
    await new Promise<void>((resolve) => oldServer.listen(0, "127.0.0.1", resolve));
    for (const protocol of ["tls", "wss"]) {
      const url = `${protocol}://127.0.0.1:${(oldServer.address() as net.AddressInfo).port}`;
      await expect(join(url)).rejects.toThrow(`[failed_precondition] ${url} does not speak TLS 1.2 or later`);
    }
    oldServer.close();
  });

  test("a client that offers other protocols only is refused; one that names none is let in", async () => {
    expect((await talk({ ALPNProtocols: ["h2"] }, wire.hello())).error?.message).toContain("no application protocol");
    const { frames } = await talk({}, wire.hello(), wire.frame({ kind: 99 }));
    expect(frames.map(({ kind }) => kind)).toEqual([wire.HELLO, wire.RESET]);
    const named = await talk({ ALPNProtocols: ["millrace/1", "h2"] }, wire.hello(), wire.frame({ kind: 99 }));
    expect(named.frames.map(({ kind }) => kind)).toEqual([wire.HELLO, wire.RESET]);
  });

  test("whatever comes instead of a TLS handshake harms nobody", async () => {
    const other = await join(urlOf("tls"));
    const hello = Buffer.from("16030100c8010000c40303", "hex");
    const bad = [
      Buffer.alloc(0),
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      hello,
      Buffer.alloc(70_000, 0x16),
      hello.fill(255, 5),
    ];
    for (const url of [urlOf("tls"), urlOf("wss")]) {
      for (const bytes of bad) {
        await new Promise<void>((resolve) => {
          const socket = net.connect(Number(new URL(url).port), "127.0.0.1", () => socket.end(bytes));
          socket.on("error", () => {});
          socket.on("close", () => resolve());
          socket.resume();
        });
      }
    }
    expect([other.state, server.links.size]).toEqual(["open", 1]);
    await other.close();
  });

  test("a wss request from a page that the server was not told of is answered 403", async () => {
    const status = await new Promise((resolve) => {
      const socket = new WebSocket(urlOf("wss"), { ca: authority.cert, origin: "https://evil.example" });
      socket.on("unexpected-response", (_request, response) => resolve(response.statusCode));
      socket.on("error", () => {});
    });
    expect(status).toBe(403);
  });

  test("keys and certificates that cannot be used are one clear error at either end, and leave nothing open", async () => {
    const other = authority.issue("other", LOCAL);
    const unusable: [Partial<SecureAddress>, string][] = [
      [{ key: "no key" }, "key, cert or ca cannot be used"],
      [
        { key: other.key },
        "key, cert or ca cannot be used: error:05800074:x509 certificate routines::key values mismatch",
      ],
      [{ cert: "no certificate" }, "key, cert or ca cannot be used"],
      [{ key: "", cert: "" }, "key, cert or ca cannot be used"],
      [{ ca: "", clientCertificates: "required" }, "key, cert or ca cannot be used"],
      [{ ca: [authority.cert, "no certificate"], clientCertificates: "required" }, "key, cert or ca cannot be used"],
      [{ ca: authority.cert }, "ca and clientCertificates go together"],
      [{ clientCertificates: "required" }, "ca and clientCertificates go together"],
    ];
    for (const [part, complaint] of unusable) {
      const secure = { ...LOOPBACK, ...own, ...part };
      await expect(listen({ tls: secure })).rejects.toThrow(`[invalid_argument] ${complaint}`);
      await expect(listen({ wss: secure })).rejects.toThrow(`[invalid_argument] ${complaint}`);
    }
    for (const url of [urlOf("tls"), urlOf("wss")]) {
      await expect(join(url, { key: own.key, cert: other.cert })).rejects.toThrow("[invalid_argument]");
      await expect(join(url, { key: "", cert: "" })).rejects.toThrow("[invalid_argument]");
      await expect(join(url, { ca: "" })).rejects.toThrow("[invalid_argument]");
      await expect(join(url, { key: own.key })).rejects.toThrow(
        "[invalid_argument] a client's key and cert go together",
      );
    }
    await expect(join(urlOf("tcp"))).rejects.toThrow("goes without TLS: write tls:// or wss://");
    expect(server.links.size).toBe(0);
  });

  test("a port in use and nobody at home are each one clear error", async () => {
    for (const protocol of ["tls", "wss"]) {
      const url = urlOf(protocol);
      const secure = { ...own, address: url.slice(`${protocol}://`.length) };
      await expect(listen({ [protocol]: secure })).rejects.toThrow(`[unavailable] ${url} is in use`);
    }
    const urls = [urlOf("tls"), urlOf("wss")];
    await server.close();
    for (const url of urls) await expect(join(url)).rejects.toThrow(`[unavailable] nothing listens on ${url}`);
  });

  test("what a certificate says is plain data", async () => {
    const link = await join(urlOf("tls"));
    const certificate = link.peer.certificate as PeerCertificate;
    expect(Object.keys(certificate).sort()).toEqual(["fingerprint256", "subject", "subjectAltNames"]);
    expect(JSON.parse(JSON.stringify(certificate))).toEqual(certificate);
    await link.close();
  });
});

interface Heard {
  readonly frames: wire.ReadFrame[];
  readonly error: Error | undefined;
  readonly session: Buffer | undefined;
}
