declare module "pbf/compile" {
  import type { PbfReader, PbfWriter } from "pbf";

  /** A parsed message type, as far as pbf looks at it. */
  export interface PbfMessage {
    readonly name: string;
    readonly fields: readonly {
      readonly name: string;
      readonly type: string;
      readonly tag: number;
      readonly repeated: boolean;
      readonly map: { readonly from: string; readonly to: string } | null;
      readonly oneof: string | null;
      readonly options: object;
    }[];
  }

  interface Schema {
    readonly syntax: number;
    readonly enums: readonly { readonly name: string; readonly values: object }[];
    readonly messages: readonly PbfMessage[];
  }

  /** For each message `Name` the functions `readName` and `writeName`. */
  type Compiled = Readonly<Record<`read${string}`, (reader: PbfReader, end?: number) => object>> &
    Readonly<Record<`write${string}`, (value: object, writer: PbfWriter) => void>>;

  export function compile(schema: Schema): Compiled;
}
