import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import { MillraceError } from "../error.js";
import type { PeerCertificate } from "../link/transport.js";

/** Certificates or a key as PEM. */
export type Pem = string | Buffer;

/** How a server proves who it is, and whether its clients must. */
export interface SecureAddress {
  /** `host:port` */
  readonly address: string;
  readonly key: Pem;
  /** The server's certificate, followed by those that lead to an authority the clients know. */
  readonly cert: Pem;
  /** The authorities whose clients may come in; goes with `clientCertificates`. */
  readonly ca?: Pem | Pem[] | undefined;
  /**
   * Whether clients show a certificate: `none` are asked to (the default), those that do are checked (`optional`), or
   * all must (`required`). The outcome is `call.peer.certificate`. One that is not of an authority in `ca` is refused.
   */
  readonly clientCertificates?: "none" | "optional" | "required" | undefined;
}

/** How a client checks who its server is, and proves who it is itself. */
export interface ClientSecurity {
  /** The authorities to trust; by default those that Node trusts. */
  readonly ca?: Pem | Pem[] | undefined;
  /** The client's own key, for servers that ask for a certificate. */
  readonly key?: Pem | undefined;
  readonly cert?: Pem | undefined;
  /** The name that the server's certificate must have, when it is not the host of the URL. */
  readonly servername?: string | undefined;
}

const OLDEST = "TLSv1.2";

/** Options of a TLS server. Throws `invalid_argument` when clients are to be checked against nothing. */
export function serverOptions({ key, cert, ca, clientCertificates = "none" }: SecureAddress): tls.TlsOptions {
  const requestCert = clientCertificates !== "none";
  if (requestCert !== (ca !== undefined)) {
    const detail = "ca and clientCertificates go together: ca names the authorities whose clients may come in";
    throw new MillraceError("invalid_argument", detail);
  }
  // A client that is refused is told why, which only a link can do: see `refusal`.
  return { ...materialOf(ca, key, cert), requestCert, rejectUnauthorized: false, minVersion: OLDEST, noDelay: true };
}

/** What `make` makes. Throws `invalid_argument` when the key or certificates it is made with cannot be used. */
export function usable<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new MillraceError("invalid_argument", `key, cert or ca cannot be used: ${why}`, { cause: error });
  }
}

/** What a client's socket is made with. Throws `invalid_argument` when key or certificates cannot be used. */
export function clientContext({ ca, key, cert }: ClientSecurity): tls.SecureContext {
  if ((key === undefined) !== (cert === undefined)) {
    throw new MillraceError("invalid_argument", "a client's key and cert go together");
  }
  return usable(() => tls.createSecureContext({ ...materialOf(ca, key, cert), minVersion: OLDEST }));
}

/**
 * Keys and certificates as Node is to get them. It takes empty text for none, for `ca` even for all authorities that it
 * trusts by default, and leaves out what of `ca` is no certificate.
 */
function materialOf(ca?: Pem | Pem[], key?: Pem, cert?: Pem): tls.SecureContextOptions {
  for (const authority of ca === undefined ? [] : [ca].flat()) void new X509Certificate(authority);
  const bytesOf = (pem?: Pem): Buffer | undefined => (pem === undefined ? undefined : Buffer.from(pem));
  return { ca, key: bytesOf(key), cert: bytesOf(cert) };
}

/** Why a client with this certificate, or none, may not come in. */
export function refusal(socket: tls.TLSSocket, { clientCertificates }: SecureAddress): MillraceError | undefined {
  if (clientCertificates === undefined || clientCertificates === "none") return undefined;
  // Node calls a resumed session authorized even if no certificate was shown when it began.
  if (!socket.getPeerX509Certificate()) {
    if (clientCertificates === "optional") return undefined;
    return new MillraceError("unauthenticated", "clients must show a certificate here: give tls.key and tls.cert");
  }
  if (socket.authorized) return undefined;
  const why = String(socket.authorizationError);
  return new MillraceError("unauthenticated", `the client's certificate is not accepted here: ${why}`);
}

/** Who the other end proved to be; nobody if it did not. */
export function certificateOf(socket: tls.TLSSocket): PeerCertificate | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (!certificate) return undefined;
  return {
    subject: certificate.subject?.split("\n") ?? [],
    subjectAltNames: splitNames(certificate.subjectAltName ?? ""),
    fingerprint256: certificate.fingerprint256,
  };
}

/** Splits `DNS:a.test, URI:"b, c"`: Node puts a name into quotes, as JSON does, when it could be read as two. */
function splitNames(list: string): string[] {
  const names = list.matchAll(/([^:,"]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g);
  return Array.from(names, ([, type, name]) => `${type}:${name.startsWith('"') ? (JSON.parse(name) as string) : name}`);
}
