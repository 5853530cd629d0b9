import { stripVTControlCharacters } from "node:util";

/**
 * A table for the terminal, columns as wide as their widest cell, those named in `right` aligned to the right.
 * Control characters in cells are dropped.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const clean = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, column) =>
    Math.max(...clean.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? "";
        return right.includes(header[column] ?? "") ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = clean;
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...body.map(line)].join(
    "\n",
  );
}

/** Text without what a terminal would obey, on one line. */
export function printable(cell: string): string {
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey must not reach it
  return stripVTControlCharacters(cell).replaceAll(/[\u0000-\u001f\u007f]/g, " ");
}
