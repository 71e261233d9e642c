import { type Position, SchemaError } from "../position.js";
import type { Int, Word } from "../proto/tree.js";
import type { Places } from "./places.js";
import { Fields } from "./wire.js";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const DOTTED = /^\.?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** A message of a descriptor, with where what it describes stands in the schema. */
export class Node {
  readonly fields: Fields;
  readonly path: readonly number[];
  readonly places: Places;

  constructor(fields: Fields, path: readonly number[], places: Places) {
    this.fields = fields;
    this.path = path;
    this.places = places;
  }

  /** The messages of a repeated field. */
  children(number: number): Node[] {
    return this.fields
      .messages(number)
      .map((fields, index) => new Node(fields, [...this.path, number, index], this.places));
  }

  /** A message that is there once at most; empty if it is not there. */
  child(number: number): Node {
    return new Node(this.fields.message(number) ?? new Fields(new Uint8Array(0)), [...this.path, number], this.places);
  }

  /** Where the field `number` stands, or this itself. */
  at(...number: readonly number[]): Position {
    return this.places.at([...this.path, ...number]);
  }

  doc(): string[] {
    return this.places.doc(this.path);
  }

  /** A name, which a descriptor could hold any text as: what a schema could not be written with is refused. */
  name(number: number): Word {
    return this.#word(this.fields.text(number) ?? "", NAME, number);
  }

  /** The full name of a type, or of a package. */
  dotted(number: number): Word {
    return this.#word(this.fields.text(number) ?? "", DOTTED, number);
  }

  /** The names of a repeated field. */
  names(number: number): Word[] {
    return this.fields.texts(number).map((text, index) => this.#word(text, NAME, number, index));
  }

  /** An integer, which is 0 if it is not there. */
  int(number: number): Int {
    const value = this.fields.int(number) ?? 0;
    return { text: String(value), value, at: this.at(number) };
  }

  #word(text: string, shape: RegExp, ...path: readonly number[]): Word {
    const at = this.at(...path);
    if (!shape.test(text)) throw new SchemaError(at, `${JSON.stringify(text)} cannot be a name`);
    return { text, at };
  }
}
