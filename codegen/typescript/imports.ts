export const RPC = "millrace";
export const CODEC = "millrace/codec";
export const TOPIC = "millrace/topic";
const WIDTH = 120;

/** What a generated file imports, gathered while it is written. */
export class Imports {
  readonly #imports = new Map<string, Map<string, string>>();
  readonly #names: { take(name: string): string };

  constructor(names: { take(name: string): string }) {
    this.#names = names;
  }

  /** Imports under the name itself, or the next free one. What is a codec and a type is imported once. */
  add(from: string, imported: string, name: string): string {
    const names = this.#imports.get(from) ?? new Map<string, string>();
    this.#imports.set(from, names);
    const known = names.get(name) ?? names.get(`type ${name}`);
    const local = known ?? this.#names.take(name);
    if (!names.has(name)) names.set(imported, local);
    if (imported === name) names.delete(`type ${name}`);
    return local;
  }

  /** The import statements for all that was added. */
  text(): string {
    return [...this.#imports]
      .sort(([a], [b]) => rank(a) - rank(b) || compare(a, b))
      .map(([from, names]) => importLine(from, names))
      .join("");
  }
}

function plain(name: string): string {
  return name.replace("type ", "");
}

function rank(from: string): number {
  const place = [RPC, CODEC, TOPIC].indexOf(from);
  return place < 0 ? 3 : place;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function importLine(from: string, names: ReadonlyMap<string, string>): string {
  const typesOnly = [...names.keys()].every((name) => name.startsWith("type "));
  const items = [...names]
    .sort(([a], [b]) => compare(plain(a).toLowerCase(), plain(b).toLowerCase()) || compare(a, b))
    .map(([name, local]) => (plain(name) === local ? name : `${name} as ${local}`))
    .map((item) => (typesOnly ? plain(item) : item));
  const word = typesOnly ? "import type" : "import";
  const line = `${word} { ${items.join(", ")} } from "${from}";\n`;
  return line.length <= WIDTH + 1
    ? line
    : `${word} {\n${items.map((item) => `  ${item},\n`).join("")}} from "${from}";\n`;
}
