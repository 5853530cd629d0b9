import { resolveBySystem, resolvePublic, type Resolve, TargetRefused } from "./resolve-public.ts";
import { originsOf, readTarget } from "./target.ts";

/** How long a name may take to be resolved before it passes, ms. */
const LONGEST_MS = 2_000;

export type TargetCheck = {
  /** Null when `url` may be called, or why not. A name that cannot be resolved now may: every call checks again. */
  check(url: string): Promise<string | null>;
};

/** Judges URLs that strangers chose before they are stored. */
export function createTargetCheck(
  origins: readonly string[],
  resolve: Resolve = resolveBySystem,
): TargetCheck {
  const allowedOrigins = originsOf(origins);
  return {
    async check(url) {
      const target = readTarget(url, allowedOrigins);
      if (!target.ok) return target.detail;
      if (target.allowed || target.url.hostname.startsWith("[")) return null;
      const late = new Promise<null>((done) => setTimeout(done, LONGEST_MS, null).unref());
      const resolved = resolvePublic(target.url.hostname, resolve).then(
        () => null,
        (error: unknown) => (error instanceof TargetRefused ? error.message : null),
      );
      return Promise.race([resolved, late]);
    },
  };
}
