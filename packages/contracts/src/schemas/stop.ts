import { z } from "zod";
import { ChannelName } from "../channels/index.ts";
import { Name } from "./recipient.ts";

/** What a stop keeps back: one provider account, a channel, a tenant, or a tenant on one channel. */
export const STOP_SCOPES = ["account", "channel", "tenant", "tenant_channel"] as const;
export const StopScope = z.enum(STOP_SCOPES);
export type StopScope = z.infer<typeof StopScope>;

/** Stops of the whole platform that may stand at once. */
export const MAX_STOPS = 1_000;

const what = {
  channel: ChannelName.optional(),
  /** A provider account as `<CHANNEL>_PROVIDERS` lists it; needs its channel. */
  account: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, "expected a name as <CHANNEL>_PROVIDERS lists it")
    .optional(),
  tenant: Name.optional(),
};

/** Body of `POST /v1/stops`: channel, channel and account, tenant, or tenant and channel. */
export const StopInput = z
  .strictObject({
    ...what,
    /** For the timelines of what waits, so for the tenants' eyes, too. */
    reason: z.string().trim().min(1).max(200),
  })
  .refine(({ channel, tenant }) => channel !== undefined || tenant !== undefined, {
    error: "name a channel, a tenant, or both",
  })
  .refine(({ account, channel }) => account === undefined || channel !== undefined, {
    path: ["channel"],
    error: "an account needs the channel it is of",
  })
  .refine(({ account, tenant }) => account === undefined || tenant === undefined, {
    path: ["tenant"],
    error: "an account is stopped for all tenants",
  });
export type StopInput = z.infer<typeof StopInput>;

/** A stop that stands. */
export const StopView = z.object({
  id: z.guid(),
  scope: StopScope,
  ...what,
  reason: z.string(),
  /** Name of the key it was made with. */
  by: z.string(),
  at: z.iso.datetime(),
});
export type StopView = z.infer<typeof StopView>;

type Target = Partial<Record<"channel" | "account" | "tenant", string | null | undefined>>;

/** What a target stops. */
export function stopScope({ channel, account, tenant }: Target): StopScope {
  if (account != null) return "account";
  if (tenant == null) return "channel";
  return channel == null ? "tenant" : "tenant_channel";
}

/** What is stopped, in a few words for people: `channel email`, `tenant acme on sms`. */
export function describeStop(target: Target): string {
  const { channel, account, tenant } = target;
  switch (stopScope(target)) {
    case "account":
      return `account ${account} of ${channel}`;
    case "channel":
      return `channel ${channel}`;
    case "tenant":
      return `tenant ${tenant}`;
    case "tenant_channel":
      return `tenant ${tenant} on ${channel}`;
  }
}
