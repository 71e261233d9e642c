import dns from "node:dns";
import type net from "node:net";

/**
 * Finds the addresses of a name anew for each connection, and gives each connection another one of them first, so that
 * several connections to one name go to several machines. The others are tried when the first does not answer.
 * @param turn which of the addresses is the first one's, so that not all clients begin with the same.
 */
export function spreading(turn: number, lookup: net.LookupFunction = dns.lookup): net.LookupFunction {
  let next = turn;
  return (host, options, done) =>
    lookup(host, options, (error, found, family) => {
      if (error || !Array.isArray(found) || found.length === 0) return done(error, found, family);
      const first = next++ % found.length;
      done(null, [...found.slice(first), ...found.slice(0, first)]);
    });
}
