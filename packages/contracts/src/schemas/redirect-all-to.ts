import { z } from "zod";
import { RedirectAddresses } from "./tenant-settings.ts";

const EXPECTED =
  "expected `sandbox`, or an address for each channel, as email=qa@example.com,sms=+4915112345678";

/**
 * The variable `REDIRECT_ALL_TO`, which redirects the whole platform: `channel=address` pairs, comma-separated; other
 * channels go through the sandbox accounts, as do all with `sandbox`.
 */
export const RedirectAllTo = z
  .string()
  .transform((written, context): RedirectAddresses => {
    const items = written.split(",").map((item) => item.trim());
    if (items.join() === "sandbox") return {};
    const pairs = items.map((item) => [item.split("=", 1)[0], item.replace(/^[^=]*=?/, "")]);
    const parsed = RedirectAddresses.safeParse(Object.fromEntries(pairs));
    if (parsed.success) return parsed.data;
    const places = parsed.error.issues.map(({ path, message }) => `${path.join()} ${message}`);
    const known = places.filter((place) => !place.startsWith(" "));
    context.addIssue({ code: "custom", message: [EXPECTED, ...known].join("; ") });
    return z.NEVER;
  })
  .meta({ values: "sandbox, or channel=address, …" });
