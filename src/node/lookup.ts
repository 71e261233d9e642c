import dns from "node:dns";
import type net from "node:net";

/**
 * Finds the addresses of a name anew for each connection, and gives each connection another one of them first, so that
 * several connections to one name go to several machines. The others are tried when the first does not answer. A lookup that
 * throws, or finds nothing, makes no connection.
 * @param turn which of the addresses is the first one's, so that not all clients begin with the same.
 */
export function spreading(turn: number, lookup: net.LookupFunction = dns.lookup): net.LookupFunction {
  let next = turn;
  return (host, options, done) => {
    const found: typeof done = (error, addresses, family) => {
      if (error || !Array.isArray(addresses)) return done(error, addresses, family);
      // Node itself throws then, where nobody can catch it.
      if (addresses.length === 0) return done(notFound(host), addresses);
      const first = next++ % addresses.length;
      done(null, [...addresses.slice(first), ...addresses.slice(0, first)]);
    };
    // Where a lookup is done before it returns, Node has an error when nobody listens to its socket yet.
    setImmediate(() => {
      try {
        lookup(host, options, found);
      } catch (error) {
        done(error instanceof Error ? error : notFound(host), []);
      }
    });
  };
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address was found of ${host}`), { code: "ENOTFOUND" });
}
