import { type CatalogueEntry, ERRORS } from "./errors.ts";

/** The error catalogue as a Markdown page. */
export function errorsDocument(): string {
  const rows = Object.entries(ERRORS).map(([code, entry]: [string, CatalogueEntry]) =>
    row([
      `\`${code}\``,
      entry.class,
      entry.status?.toString() ?? "",
      entry.retry ? "yes" : "no",
      entry.title,
    ]),
  );
  return `# Errors

Every error of the platform has a code that never changes. Over HTTP it comes as \`application/problem+json\`
(RFC 9457) with the status below; without a status it ends or delays a delivery, and shows in its timeline.
*Retry* says whether repeating the same thing later can succeed. Generated from
[errors.ts](../packages/contracts/src/errors.ts) by \`pnpm generate\`.

${[row(["Code", "Class", "Status", "Retry", "Meaning"]), row(["---", "---", "---", "---", "---"]), ...rows].join("\n")}
`;
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
