import type { Position } from "../position.js";
import { FILE, LOCATION, SOURCE } from "./numbers.js";
import type { Fields } from "./wire.js";

/** Where something stands in the file that a descriptor was made of, and the comments around it. */
interface Place {
  readonly at: Position;
  /** How many columns it takes, if it is on one line. */
  readonly width: number | undefined;
  readonly leading: string | undefined;
  readonly trailing: string | undefined;
}

/**
 * The source info of one file. Paths are as in `SourceCodeInfo.Location.path`: numbers of fields, each followed by an
 * index if the field is repeated.
 */
export class Places {
  readonly #places = new Map<string, Place>();
  readonly #start: Position;

  constructor(file: Fields, name: string) {
    this.#start = { file: name, line: 1, column: 1 };
    for (const location of file.message(FILE.sourceCodeInfo)?.messages(SOURCE.location) ?? []) {
      const key = location.ints(LOCATION.path).join(".");
      // The first one is the declaration; a group's message, for one, comes again for its field.
      if (!this.#places.has(key)) this.#places.set(key, placeOf(location, name));
    }
  }

  /** Where `path` stands, or else what it is part of; without source info, where the file starts. */
  at(path: readonly number[]): Position {
    for (let length = path.length; length > 0; length--) {
      const place = this.#places.get(path.slice(0, length).join("."));
      if (place !== undefined) return place.at;
    }
    return this.#start;
  }

  /** How many columns `path` takes, if that is known. */
  width(path: readonly number[]): number | undefined {
    return this.#places.get(path.join("."))?.width;
  }

  /** The comment above `path`, or else behind it, as plain lines. */
  doc(path: readonly number[]): string[] {
    const place = this.#places.get(path.join("."));
    const leading = linesOf(place?.leading ?? "");
    return leading.length > 0 ? leading : linesOf(place?.trailing ?? "");
  }
}

/** A span is start line, start column, end line unless it is the same, and end column, all from 0. */
function placeOf(location: Fields, file: string): Place {
  const [line = 0, column = 0, ...end] = location.ints(LOCATION.span);
  return {
    at: { file, line: line + 1, column: column + 1 },
    width: end.length === 1 && end[0] !== undefined ? end[0] - column : undefined,
    leading: location.text(LOCATION.leadingComments),
    trailing: location.text(LOCATION.trailingComments),
  };
}

/** What compilers leave of a comment, without the slash or star of `///` and `/**`, and without margins. */
function linesOf(comment: string): string[] {
  const lines = comment
    .replace(/^\*/, "")
    .split("\n")
    .map((line) => line.replace(/^\/+/, "").replace(/^ /, "").trimEnd());
  const first = lines.findIndex((line) => line !== "");
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== "") + 1);
}
