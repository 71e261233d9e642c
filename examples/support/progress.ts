import type { WriteStream } from "node:tty";

/** Says what is going on: in one line that changes on a terminal, else in a line for each step. */
export interface ProgressLine {
  readonly show: (line: string) => void;
  /** Takes the line away, so that what is printed next starts on a clean one. */
  readonly clear: () => void;
}

const eraseLine = "\r\u001b[2K";

/** Progress on `stream`. */
export function progressLine(stream: WriteStream): ProgressLine {
  if (!stream.isTTY) return { show: (line) => void stream.write(`${line}\n`), clear: () => {} };
  return {
    show: (line) => void stream.write(eraseLine + line.slice(0, stream.columns - 1)),
    clear: () => void stream.write(eraseLine),
  };
}
