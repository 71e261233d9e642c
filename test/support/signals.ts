/** How much a signal holds on to: its listeners, and in Node.js the signals that were made of it. */
export function heldBy(signal: AbortSignal): number {
  const parts = Object.getOwnPropertySymbols(signal).map(
    (key) => Reflect.get(signal, key) as { size?: number } | undefined,
  );
  return parts.reduce((sum, part) => sum + (part?.size ?? 0), 0);
}
