import { type Variable, variables } from "./variables.ts";

/** The reference of every variable as a Markdown page. */
export function environmentPage(): string {
  const all = variables();
  const shared = all.filter(({ readBy }) => readBy.length > 1);
  const readers = [...new Set(all.flatMap(({ readBy }) => readBy))];
  const sections = readers.map((reader) => {
    const own = all.filter(({ readBy }) => readBy.length === 1 && readBy[0] === reader);
    return own.length === 0 ? "" : `## ${reader}\n\n${table(own)}\n\n`;
  });
  return `# Environment

Every variable the services read, generated from their schemas (\`src/config.ts\` of each) by \`pnpm generate\`. An empty
variable counts as unset. A service prints everything that is wrong with its environment at once and exits with 2.
[.env.example](../.env.example) has the same as a file to start from: \`node --env-file=.env services/gateway/src/main.ts\`.

A **secret** is never printed and can come from a file: name the file in \`<VARIABLE>_FILE\` instead, for example
\`DATABASE_URL_FILE=/run/secrets/database_url\`. White space around the file's content is dropped; setting both is an error.

## Read by several

${table(shared, { withReaders: true })}

${sections.join("")}## Sandbox accounts

A tenant that is a sandbox is sent to through accounts of its own. Their variables are those of the accounts with
\`SANDBOX_\` in front: \`SANDBOX_EMAIL_PROVIDERS=smtp\` with \`SANDBOX_SMTP_URL\`, and \`SANDBOX_SMTP_URL_FILE\` for the secret.
`;
}

function table(rows: Variable[], { withReaders = false } = {}): string {
  const head = ["Variable", ...(withReaders ? ["Read by"] : []), "Values", "Default", "Meaning"];
  const lines = rows.map((row) => [
    `\`${row.name}\`${row.secret ? " (secret)" : ""}`,
    ...(withReaders ? [row.readBy.join(", ")] : []),
    row.values || "text",
    defaultOf(row),
    row.description,
  ]);
  return [head, head.map(() => "---"), ...lines].map(line).join("\n");
}

function defaultOf({ default: value, required, account }: Variable): string {
  if (value !== null) return `\`${value}\``;
  if (required) return "**required**";
  return account?.needed === true ? `**required** by ${account.providers.join(", ")}` : "";
}

function line(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
