import { stripVTControlCharacters } from "node:util";

/** One column of a table; numbers read best aligned to the right, which is the default. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Lines up `rows` under the columns' titles, two spaces apart; coloured cells count by what is seen of them. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], indent = "  "): string {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => seen(line[i] ?? ""))));
  return lines.map((line) => renderLine(line, columns, widths, indent)).join("\n");
}

function renderLine(
  line: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
  indent: string,
): string {
  const cells = columns.map((column, i) => pad(line[i] ?? "", widths[i], column.align ?? "right"));
  return (indent + cells.join("  ")).trimEnd();
}

function pad(cell: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(width - seen(cell));
  return align === "left" ? cell + space : space + cell;
}

function seen(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
