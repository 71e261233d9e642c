import { printable, textOf } from "../error.js";

const MAX_TEXT = 1_000;
const MAX_CAUSES = 5;

/**
 * What was thrown, as text for a log: its message in one line, since a peer may have had a say in it, then the frames of its
 * stack and its causes.
 */
export function describe(thrown: unknown): string {
  try {
    return described(thrown, MAX_CAUSES);
  } catch {
    return "an error that cannot be read";
  }
}

function described(thrown: unknown, causes: number): string {
  if (!(thrown instanceof Error)) return brief(textOf(thrown));
  const { name, message, stack = "", cause } = thrown;
  const head = brief(`${name}: ${message}`);
  const below = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : "";
  const frames = below.split("\n").filter((line) => line.startsWith("    at "));
  const lines = [head, ...frames.map(printable)];
  if (cause !== undefined && causes > 0) lines.push(`caused by ${described(cause, causes - 1)}`);
  return lines.join("\n");
}

function brief(text: string): string {
  const line = printable(text);
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}
