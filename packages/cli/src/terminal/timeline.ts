import type { NotificationView } from "@pulsecourier/contracts";
import type { Happening } from "../tail/follow-timelines.ts";
import { duration } from "./duration.ts";
import { printable, table } from "./table.ts";

/** A notification and what happened to it, as text. */
export function timelineText(view: NotificationView): string {
  const start = Date.parse(view.createdAt);
  const rows = (view.timeline ?? []).map((entry) => [
    `+${duration(Date.parse(entry.at) - start)}`,
    entry.type,
    describe(entry),
  ]);
  const facts: [string, string | undefined][] = [
    ["status", view.status],
    ["to", view.recipient],
    ["rule", versioned(view.rule)],
    ["workflow", versioned(view.workflow)],
    ["saga", view.saga],
    ["template", versioned(view.template)],
    ["category", view.category ?? undefined],
    ["send at", view.sendAt],
    ["error", view.error && `${view.error.code}: ${view.error.message}`],
  ];
  const head = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(9)} ${printable(value)}`],
  );
  const what = rows.length === 0 ? "nothing happened to it yet" : table(COLUMNS, rows, ["after"]);
  return indent(`notification ${view.id}\n${head.join("\n")}\n\n${what}`);
}

/** One line of what happened to some notification. */
export function happeningLine(one: Happening): string {
  const time = one.at.slice(11, 23);
  return printable(
    `${time}Z  ${one.notificationId}  ${printable(one.recipient ?? "").padEnd(12)}  ${one.type.padEnd(22)}  ${describe(one)}`,
  ).trimEnd();
}

const COLUMNS = ["after", "what", "details"];

const versioned = (one?: { name: string; version: number }) => one && `${one.name} v${one.version}`;

const FIELDS = [
  "channel",
  "provider",
  "providerMessageId",
  "nextAt",
  "step",
  "decision",
  "outcome",
  "reason",
];

function describe(entry: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const field of FIELDS) if (typeof entry[field] === "string") parts.push(entry[field]);
  if (entry["redirected"] !== undefined) parts.push(mark(entry["redirected"]).trim());
  if (typeof entry["nextProvider"] === "string") parts.push(`on to ${entry["nextProvider"]}`);
  if (isError(entry["error"])) parts.push(`${entry["error"].code}: ${entry["error"].message}`);
  if (Array.isArray(entry["deliveries"]))
    parts.push(entry["deliveries"].map((one) => one.channel + mark(one.redirected)).join(", "));
  if (Array.isArray(entry["devices"]))
    parts.push(`devices: ${entry["devices"].map(describeDevice).join(", ")}`);
  if (Array.isArray(entry["skipped"]) && entry["skipped"].length > 0)
    parts.push(
      `not ${entry["skipped"].map((one) => `${one.channel} (${one.error?.code})`).join(", ")}`,
    );
  if (Array.isArray(entry["withoutAttachments"]))
    parts.push(
      `without attachments: ${entry["withoutAttachments"].map((one) => one.channel).join(", ")}`,
    );
  return parts.join("  ");
}

function describeDevice(device: { outcome?: string; provider?: string; error?: unknown }): string {
  const { outcome, provider = "", error } = device;
  return `${provider} ${outcome}${isError(error) ? ` (${error.code})` : ""}`.trim();
}

/** Where the sandbox sent it, without saying to whom. */
function mark(redirected: unknown): string {
  if (redirected === undefined) return "";
  return redirected === "accounts"
    ? " (redirected by sandbox to its accounts)"
    : " (redirected by sandbox)";
}

function isError(value: unknown): value is { code: string; message: string } {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
