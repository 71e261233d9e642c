/** Where something stands in a schema: file, line and column, both counted from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a schema, and where. */
export class SchemaError extends Error {
  constructor(at: Position, problem: string, options?: ErrorOptions) {
    super(`${at.file}:${at.line}:${at.column}: ${problem}`, options);
  }
}
