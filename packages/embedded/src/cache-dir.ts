import { homedir } from "node:os";
import { join } from "node:path";

/** Where downloads are kept for this user, by the conventions of the operating system. */
export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  const name = "pulsecourier";
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, name);
  if (process.platform === "win32" && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, name);
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", name);
  return join(homedir(), ".cache", name);
}
