import { cpSync, existsSync, globSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

const LEFT_OUT = ["node_modules", ".git", ".pulse", ".turbo", ".env"];

/**
 * Copies a checkout as if it had been cloned and installed at `to`: its packages find each other's copies, and what
 * comes from the registry where it is.
 */
export function copyCheckout(from: string, to: string): void {
  const filter = (path: string) => !LEFT_OUT.includes(basename(path));
  for (const name of readdirSync(from).filter(filter))
    cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true, filter });
  for (const member of [".", ...globSync("{packages,services}/*", { cwd: from })])
    copyModules(join(from, member, "node_modules"), join(to, member, "node_modules"));
}

/** The links of an installation are relative; only what they lead to in the end stays where it is. */
function copyModules(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name === ".pnpm") symlinkSync(join(from, name), join(to, name));
    else if (name !== ".vite")
      cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
  }
}
