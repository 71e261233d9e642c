import { MillraceError } from "../error.js";
import type { Shape, Table, TableField } from "./schema-table.js";

/** What was found when a service of this side was compared with the peer's. */
export interface Verdict {
  /** `compatible`: calls work, each side leaves out or skips what only the other knows. `refused`: they would go wrong. */
  readonly verdict: "equal" | "compatible" | "refused";
  /** Each difference in words, first what is refused: `market.Quote: field 5 is new on the peer's side`. */
  readonly differences: readonly string[];
}

/** Of each kind of difference, so many are told. */
const MOST_DIFFERENCES = 100;
/** What may be looked at for one verdict: a table is hostile long before. */
const MOST_STEPS = 250_000;

/** What a field or enum of one type may become without an old peer noticing, and what there is to say about it. */
const EXCHANGES: readonly (readonly [Shape, Shape, string])[] = [
  ["varint", "varint", "a value that one of them cannot hold arrives changed"],
  ["varint", "enum", "a value that one of them cannot hold arrives changed"],
  ["zigzag varint", "zigzag varint", "a value that one of them cannot hold arrives changed"],
  ["4 bytes", "4 bytes", "a value that one of them cannot hold arrives changed"],
  ["8 bytes", "8 bytes", "a value that one of them cannot hold arrives changed"],
  ["string", "bytes", "bytes that are no UTF-8 are refused as a string"],
  ["message", "bytes", "bytes that are no such message are refused"],
  ["message", "message", ""],
  ["group", "group", ""],
  ["enum", "enum", ""],
  ["flat 1", "flat 1", "a value that one of them cannot hold arrives changed"],
  ["flat 2", "flat 2", "a value that one of them cannot hold arrives changed"],
  ["flat 4", "flat 4", "a value that one of them cannot hold arrives changed"],
  ["flat 8", "flat 8", "a value that one of them cannot hold arrives changed"],
  ["table", "table", ""],
  ["union", "union", ""],
];

/** Shapes whose types are compared by what they hold. */
const NAMED: ReadonlySet<Shape> = new Set<Shape>(["message", "group", "enum", "table", "union"]);

/** What there is to say of a field that only one side requires. */
const REFUSAL = "a message without it is refused by the side that requires it";

/** Shapes of which one field can hold one or many: of many, a reader of one takes the last. */
const LISTABLE: ReadonlySet<Shape> = new Set<Shape>(["string", "bytes", "message", "group"]);

/** Compares a service as this side knows it with what the peer says of it. Throws `failed_precondition` when that has no end. */
export function compareTables(service: string, ours: Table, theirs: Table): Verdict {
  return new Comparison(ours, theirs).run(service);
}

class Comparison {
  private readonly broken: string[] = [];
  private readonly harmless: string[] = [];
  /** Pairs of messages or enums that stand for each other. The set grows while it is walked. */
  private readonly pairs = new Map<string, readonly [ours: string, theirs: string]>();
  private steps = 0;

  constructor(
    private readonly ours: Table,
    private readonly theirs: Table,
  ) {}

  run(service: string): Verdict {
    this.methods(service);
    for (const [ours, theirs] of this.pairs.values()) {
      if (this.ours.enums.has(ours)) this.enums(ours, theirs);
      else this.messages(ours, theirs);
    }
    const differences = [...this.broken, ...this.harmless];
    const verdict = this.broken.length > 0 ? "refused" : differences.length > 0 ? "compatible" : "equal";
    return { verdict, differences };
  }

  private methods(service: string): void {
    this.each(this.ours.methods, this.theirs.methods, `${service}: method`, (ours, theirs, name) => {
      const method = `${service}: method ${name}`;
      if (ours.kind !== theirs.kind) this.differ(this.broken, `${method} is ${ours.kind}`, theirs.kind);
      for (const [part, verb] of [
        ["request", "takes"],
        ["response", "answers with"],
      ] as const) {
        const [a, b] = [this.ours.kindOf(ours[part]), this.theirs.kindOf(theirs[part])];
        if (a !== b) this.differ(this.broken, `${method} ${verb} a ${a}`, `a ${b}`);
        if (ours[part] !== theirs[part]) this.differ(this.harmless, `${method} ${verb} ${ours[part]}`, theirs[part]);
        this.pair(ours[part], theirs[part]);
      }
    });
  }

  private messages(ours: string, theirs: string): void {
    const [own, other] = [this.ours.messages.get(ours)!, this.theirs.messages.get(theirs)!];
    const compare = (a: TableField, b: TableField, number: number): void => {
      this.fields(`${ours}: field ${number}`, a, b);
    };
    this.each(own, other, `${ours}: field`, compare, ({ isRequired }) => (isRequired ? ` (${REFUSAL})` : ""));
  }

  private fields(field: string, ours: TableField, theirs: TableField): void {
    const [a, b] = [this.ours.shapeOf(ours)!, this.theirs.shapeOf(theirs)!];
    if (a === b && NAMED.has(a)) this.pair(ours.type, theirs.type);
    if (show(ours) === show(theirs) && a === b) return;
    const found = exchange(ours.type === theirs.type, a, b);
    const isListed = ours.isRepeated !== theirs.isRepeated;
    const isBroken = found === undefined || (isListed && !(LISTABLE.has(a) && LISTABLE.has(b)));
    const notes = [
      found,
      isListed ? "of many, one side takes only the last" : "",
      ours.isRequired === theirs.isRequired ? "" : REFUSAL,
    ]
      .filter(Boolean)
      .join("; ");
    const note = isBroken || notes === "" ? "" : ` (${notes})`;
    this.differ(isBroken ? this.broken : this.harmless, `${field} is ${show(ours)}`, show(theirs), note);
  }

  private enums(ours: string, theirs: string): void {
    const [own, other] = [this.ours.enums.get(ours)!, this.theirs.enums.get(theirs)!];
    this.each(keyed(own), keyed(other), `${ours}: value`, () => {});
  }

  /** Notes what is on one side only, and calls `both` for the rest. */
  private each<K extends string | number, V>(
    ours: ReadonlyMap<K, V>,
    theirs: ReadonlyMap<K, V>,
    what: string,
    both: (ours: V, theirs: V, key: K) => void,
    noteOn: (alone: V) => string = () => "",
  ): void {
    this.steps += ours.size + theirs.size;
    if (this.steps > MOST_STEPS) throw new MillraceError("failed_precondition", "the tables take too long to compare");
    for (const [key, value] of ours) {
      const other = theirs.get(key);
      if (other === undefined) this.note(this.harmless, `${what} ${key} is missing on the peer's side${noteOn(value)}`);
      else both(value, other, key);
    }
    for (const [key, value] of theirs) {
      if (!ours.has(key)) this.note(this.harmless, `${what} ${key} is new on the peer's side${noteOn(value)}`);
    }
  }

  private pair(ours: string, theirs: string): void {
    this.pairs.set(`${ours} ${theirs}`, [ours, theirs]);
  }

  private differ(list: string[], here: string, there: string, note = ""): void {
    this.note(list, `${here} here and ${there} on the peer's side${note}`);
  }

  private note(list: string[], text: string): void {
    if (list.length < MOST_DIFFERENCES) list.push(text);
  }
}

/** What there is to say when one shape stands for the other; `undefined` when it cannot. */
function exchange(isSame: boolean, a: Shape, b: Shape): string | undefined {
  if (isSame && a === b) return "";
  return EXCHANGES.find(([x, y]) => (x === a && y === b) || (x === b && y === a))?.[2];
}

function show({ type, isRepeated, isRequired, isGroup }: TableField): string {
  const one = isGroup ? `group<${type}>` : type;
  const shape = isRepeated && !type.startsWith("map<") ? `${one}[]` : one;
  return isRequired ? `${shape}!` : shape;
}

function keyed(numbers: ReadonlySet<number>): ReadonlyMap<number, true> {
  return new Map([...numbers].map((number) => [number, true]));
}
