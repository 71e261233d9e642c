import type net from "node:net";
import { type Code, MillraceError, textOf } from "../error.js";
import { HEADER_BYTES } from "../frame/header.js";

/** What goes wrong with a socket, by the error's code. */
const BY_CODE: { readonly [code: string]: string } = {
  EADDRINUSE: "$ is in use: stop the process that holds it or choose another port",
  EADDRNOTAVAIL: "$ is not an address of this machine",
  EACCES: "this process may not use $: a port below 1024 needs rights, a Unix socket is for its owner alone",
  ECONNREFUSED: "nothing listens on $: is the server running?",
  ENOENT: "nothing listens on $: is the server running?",
  ENOTSOCK: "$ is not a socket",
  ENOTFOUND: "the host of $ is not known",
  ECONNRESET: "$ cut off the connection",
};

const UNTRUSTED = "the certificate of $ is not signed by an authority known here: give its own as tls.ca";

/** Why the other side's certificate is not accepted, by the error's code. */
const BY_CERTIFICATE: { readonly [code: string]: string } = {
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the certificate of $ is for another name: connect by a name in it, or give tls.servername",
  CERT_HAS_EXPIRED: "the certificate of $ has expired: renew it there",
  CERT_NOT_YET_VALID: "the certificate of $ is not valid yet: does the clock here run late?",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
};

/** What has no code of its own, but words: of OpenSSL when it cannot come to an agreement, and of HTTP before a WebSocket. */
const BY_WORDS: readonly (readonly [words: RegExp, code: Code, detail: string])[] = [
  [/alert protocol version|unsupported protocol/, "failed_precondition", "$ does not speak TLS 1.2 or later"],
  [/no application protocol/, "failed_precondition", "$ speaks TLS, but not millrace"],
  [/wrong version number|packet length too long|record layer failure/, "failed_precondition", "$ does not speak TLS"],
  [/^Parse Error/, "failed_precondition", "$ does not speak WebSocket: is tcp:// or tls:// meant, or another port?"],
  [/^socket hang up$/, "unavailable", "$ cut off the connection: is wss:// meant, or another port?"],
  [/certificate required/, "unauthenticated", "$ asks for a certificate: give tls.key and tls.cert"],
  [/alert (?:bad |unknown |unsupported )?(?:certificate|ca)\b/, "unauthenticated", "$ does not accept the certificate"],
];

/** Turns what a socket reports into an error that says what to do. */
export function socketError(error: NodeJS.ErrnoException, url: string): MillraceError {
  const [code, detail] = explain(error);
  return new MillraceError(
    code,
    detail.replace("$", () => url),
    { cause: error },
  );
}

function explain(error: NodeJS.ErrnoException): readonly [Code, string] {
  const code = error.code ?? "";
  const known = BY_WORDS.find(([words]) => words.test(error.message));
  if (known) return [known[1], known[2]];
  if (Object.hasOwn(BY_CODE, code)) return ["unavailable", BY_CODE[code]];
  if (Object.hasOwn(BY_CERTIFICATE, code)) return ["unauthenticated", `${BY_CERTIFICATE[code]} (${error.message})`];
  return ["unavailable", `$: ${wordsOf(error)}`];
}

/** What is said of a name with several addresses: Node has an error for each of them, and no words for all. */
function wordsOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(textOf).join(", ") : error.message;
}

/** Why a socket closed, `error` being what it reported last: a peer that left before it sent one header gets a hint. */
export function closeReason(
  socket: net.Socket,
  error: NodeJS.ErrnoException | undefined,
  url: string,
): Error | undefined {
  const isCut = error === undefined || error.code === "ECONNRESET" || error.code === "EPIPE";
  if (!isCut || socket.bytesRead >= HEADER_BYTES) return error && socketError(error, url);
  const protocol = url.slice(0, url.indexOf(":"));
  const detail = `${url} closed the connection without a HELLO: does it speak millrace over ${protocol}?`;
  return new MillraceError("unavailable", detail, { cause: error });
}

/** What a peer closed a WebSocket with; `undefined` where it had nothing to complain about, or was cut off. */
export function closeCode(code: number, reason: Buffer, url: string): MillraceError | undefined {
  if (code === 1000 || code === 1005 || code === 1006) return undefined;
  const said = reason.length === 0 ? "" : `: ${reason.toString()}`;
  return new MillraceError("unavailable", `${url}: the peer closed the WebSocket with code ${code}${said}`);
}
