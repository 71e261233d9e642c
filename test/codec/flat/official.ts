import { Builder, ByteBuffer } from "flatbuffers";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Rights, World } from "../../../schemas/gen/world.js";
import { Flatc } from "../../support/flatc.js";
import { read } from "../../support/sources.js";

/** What the official object API has for each table: fields by name, and a way to write them. */
interface Unpacked {
  pack(builder: Builder): number;
}

type GetRoot = (buffer: ByteBuffer) => { unpack(): Unpacked };

/** What the official runtime makes of a root. */
export interface OfficialTable {
  /** All fields, read by the official accessors. */
  unpack(bytes: Uint8Array): Unpacked;
  /** All fields, written by the official builder. */
  pack(value: Unpacked): Uint8Array;
}

/** Has flatc write official code for the schemas into an empty folder. */
export async function generateOfficial(folder: string, schemas: readonly string[]): Promise<void> {
  const flatc = await Flatc.start();
  flatc.makeFolder("/out");
  for (const schema of schemas) flatc.put(`/${schema}`, read(`schemas/${schema}`));
  const problem = flatc.run("--ts", "--gen-object-api", "-o", "/out", ...schemas.map((schema) => `/${schema}`));
  if (problem !== undefined) throw new Error(problem);
  const runtime = import.meta.resolve("flatbuffers");
  for (const file of flatc.filesIn("/out")) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    const code = new TextDecoder().decode(flatc.take(`/out/${file}`));
    writeFileSync(join(folder, file), code.replaceAll("from 'flatbuffers'", `from '${runtime}'`));
  }
}

/** The official code of one table, `package/file` in the folder. */
export async function officialTable(
  folder: string,
  file: string,
  name: string,
  identifier?: string,
): Promise<OfficialTable> {
  const module: Record<string, Record<string, GetRoot>> = await import(join(folder, `${file}.ts`));
  const getRoot = module[name][`getRootAs${name}`];
  return {
    unpack: (bytes) => getRoot(new ByteBuffer(bytes)).unpack(),
    pack(value) {
      const builder = new Builder();
      builder.finish(value.pack(builder), identifier);
      return builder.asUint8Array();
    },
  };
}

/** The members of the one union of the schemas, whose places are their numbers. */
const MEMBERS = [undefined, "Weapon", "Armour", "Spot", "Note", "Scalars"];

/**
 * One of our plain objects, or of the official ones, in a form that both come to: unions in two fields, without fields that are
 * not set, without empty lists, which the official ones do not tell from none, and without the sign of a 0, which the official
 * builder leaves out as any default value. The default value of a 32-bit float is one of 64 bits there.
 */
export function common(value: unknown): unknown {
  if (value === 0) return 0;
  if (value === 0.1) return Math.fround(0.1);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return Array.from(value, common);
  const fields = Object.entries(value).flatMap(([name, field]) => split(name.replace(/_$/, ""), field));
  return Object.fromEntries(fields.filter(([, field]) => isSet(field)).map(([name, field]) => [name, common(field)]));
}

/** A field, of a union also that of its type, as the official code has it. */
function split(name: string, field: unknown): [name: string, field: unknown][] {
  if (isUnion(field))
    return [
      [`${name}Type`, MEMBERS.indexOf(field.case)],
      [name, field.value],
    ];
  if (!Array.isArray(field) || !field.some(isUnion)) return name.endsWith("Type") && field === 0 ? [] : [[name, field]];
  const unions = field.filter(isUnion);
  return [
    [`${name}Type`, unions.map((union) => MEMBERS.indexOf(union.case))],
    [name, unions.map((union) => union.value)],
  ];
}

function isUnion(value: unknown): value is { case: string; value: unknown } {
  return typeof value === "object" && value !== null && "case" in value;
}

function isSet(field: unknown): boolean {
  return field !== undefined && field !== null && !(isList(field) && Array.from(field).length === 0);
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/**
 * `value` without what the official code gets wrong: flags that are not set read as the first one there is, and for a buffer
 * inside that is not there an empty one is written, which the official verifier of C++ refuses.
 */
export function suited<T>(value: T): T;
export function suited(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(suited);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, suited(field)]),
  );
  if (copy["rights"] === 0 || copy["rights"] === Rights.Read) copy["rights"] = Rights.Write;
  if ("inner" in copy) copy["inner"] ??= World.toBytes({ name: "inner" });
  return copy;
}
