import type { Codec } from "millrace/codec";
import { numbers } from "./values/numbers.js";
import { records } from "./values/records.js";
import { small } from "./values/small.js";
import { strings } from "./values/strings.js";

/** Many values of one message type, all different. */
export interface Corpus {
  /** What the values are, for a table. */
  readonly name: string;
  readonly codec: Codec<object>;
  readonly values: readonly object[];
}

/** All that the bench encodes: the same values in every run. */
export const corpora: readonly Corpus[] = [...small, ...strings, ...numbers, ...records];
