import { textOf } from "../../error.js";
import { type JsonContext, MAX_DEPTH } from "./context.js";
import type { JsonValue } from "./value.js";

/** What JSON text says. Refuses an object that has two members of one name, of which `JSON.parse` would drop the first. */
export function parseJson(text: string, c: JsonContext): JsonValue {
  const json = parse(text, c);
  const twice = findTwice(text, c);
  return twice === undefined ? json : c.fail(`the JSON has an object with two members called ${twice}`);
}

function parse(text: string, c: JsonContext): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    return c.fail(`this is no JSON: ${textOf(error)}`);
  }
}

/** The first name, in quotes, that an object of valid JSON text has twice: what stands in front of a colon is a name. */
function findTwice(text: string, c: JsonContext): string | undefined {
  const objects: Set<unknown>[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") {
      if (objects.push(new Set()) > MAX_DEPTH) c.fail(`nests deeper than ${MAX_DEPTH}`);
    } else if (text[i] === "}") objects.pop();
    else if (text[i] === '"') {
      const start = i;
      i = endOfString(text, i);
      if (!isName(text, i)) continue;
      const quoted = text.slice(start, i + 1);
      const name: unknown = quoted.includes("\\") ? JSON.parse(quoted) : quoted.slice(1, -1);
      const names = objects[objects.length - 1];
      if (names.size === names.add(name).size) return quoted;
    }
  }
  return undefined;
}

/** The place of the quote that ends the string which starts at `i`. */
function endOfString(text: string, i: number): number {
  for (i++; text[i] !== '"'; i++) if (text[i] === "\\") i++;
  return i;
}

/** Whether the string that ends at `i` has a colon behind it. */
function isName(text: string, i: number): boolean {
  for (i++; text[i] === " " || text[i] === "\n" || text[i] === "\r" || text[i] === "\t"; ) i++;
  return text[i] === ":";
}
