import { hash } from "node:crypto";
import { type DeliveryRecord, ERRORS, type ErrorCode } from "@pulsecourier/contracts";
import { z } from "zod";
import { leavesDoubt } from "./next-step.ts";
import { factError, reject, type Step } from "./step.ts";

/** One of the addresses a delivery goes to, and what has become of it. */
export type Device = {
  readonly address: string;
  /** What it led to last; null before its first call. */
  step: Step | null;
  /** The pass in which that was: a record in hand calls each device once at most. */
  pass: string;
};

/** The devices of a delivery that goes to several, the first foremost. */
export type Devices = {
  readonly all: readonly Device[];
  /** The attempt and how often it was put off: every record of the delivery is a pass of its own. */
  readonly pass: string;
  /** What the ledger knows has been read. */
  restored: boolean;
};

/** Null for the usual delivery, which has one address. */
export function devicesOf(
  { address, moreAddresses = [] }: Pick<DeliveryRecord, "address" | "moreAddresses">,
  at: { redrive: number; attempt: number; waits: number },
): Devices | null {
  if (moreAddresses.length === 0) return null;
  const all = [...new Set([address, ...moreAddresses])].map((one) => ({
    address: one,
    step: null,
    pass: "",
  }));
  return { all, pass: `${at.redrive}.${at.attempt}.${at.waits}`, restored: false };
}

/** The device to call now: the first that has neither come to an end nor been called in this pass. */
export function nextDevice({ all, pass }: Devices): Device | null {
  return all.find((device) => !hasEnded(device) && device.pass !== pass) ?? null;
}

/** What the delivery comes to, as things stand: it goes on while a device does, and is sent when it was to any. */
export function deriveStep({ all }: Devices): Step {
  const steps = all.flatMap(({ step }) => step ?? []);
  const retries = steps.filter((step) => step.kind === "retry");
  const [retry] = [...retries.filter(({ error }) => leavesDoubt(error.code)), ...retries];
  if (retry !== undefined) return retry;
  const waits = steps.filter((step) => step.kind === "wait");
  const [wait] = waits.toSorted((a, b) => a.delayMs - b.delayMs);
  return wait ?? steps.find((step) => step.kind === "hold") ?? endOf(steps);
}

/** What it comes to when no device is called any more; `otherwise` when none has taken it. */
export function endDevices(devices: Devices | null, otherwise: Step): Step {
  return devices?.all.map(({ step }) => step).find((step) => step?.kind === "sent") ?? otherwise;
}

function endOf(steps: readonly Step[]): Step {
  const sent = steps.find((step) => step.kind === "sent");
  const expired = steps.find((step) => step.kind === "expired");
  const failed = steps.filter((step) => step.kind === "failed");
  const other = failed.find(({ error }) => error.code !== "recipient_gone") ?? failed[0];
  return sent ?? expired ?? other ?? reject(factError("internal", "No device was called."));
}

const OPEN: readonly Step["kind"][] = ["retry", "wait", "hold"];

function hasEnded({ step }: Device): boolean {
  return step !== null && !OPEN.includes(step.kind);
}

// The ledger keeps a word on each device that was called, by a hash of its address.
const Kept = z.record(
  z.string(),
  z.object({
    kind: z.enum(["sent", "failed", "expired", "retry", "wait"]),
    pass: z.string(),
    provider: z.string().optional(),
    id: z.string().optional(),
    code: z.string().optional(),
  }),
);

/** As the ledger keeps them; undefined when there is nothing to keep. */
export function encodeDevices(devices: Devices | null): string | undefined {
  const kept: z.infer<typeof Kept> = {};
  for (const { address, step, pass } of devices?.all ?? []) {
    if (step === null || step.kind === "cancelled") continue;
    kept[keyOf(address)] = {
      // A held device waits as far as this delivery is concerned: it is called in another pass.
      kind: step.kind === "hold" ? "wait" : step.kind,
      pass,
      ...("provider" in step && { provider: step.provider }),
      ...(step.kind === "sent" && { id: step.providerMessageId }),
      ...("error" in step && { code: step.error.code }),
    };
  }
  return Object.keys(kept).length === 0 ? undefined : JSON.stringify(kept);
}

/** Takes over what the ledger keeps, once; what was called in this very pass by somebody who stopped counts, too. */
export function restoreDevices(devices: Devices | null, text: string | null): void {
  if (devices === null || devices.restored) return;
  devices.restored = true;
  const kept = text === null ? {} : Kept.parse(JSON.parse(text));
  for (const device of devices.all) {
    const known = kept[keyOf(device.address)];
    // A redrive calls again what failed, and never what was sent.
    const before = known !== undefined && redriveOf(known.pass) < redriveOf(devices.pass);
    if (known === undefined || (before && known.kind !== "sent")) continue;
    device.pass = known.pass;
    device.step = stepOf(known);
  }
}

function stepOf({ kind, provider, id, code }: z.infer<typeof Kept>[string]): Step {
  const by = provider === undefined ? {} : { provider };
  const error = factError(isErrorCode(code) ? code : "provider_unavailable");
  switch (kind) {
    case "sent": {
      const named = id === undefined ? {} : { providerMessageId: id };
      return { kind, provider: provider ?? "unknown", ...named };
    }
    case "failed":
      return reject(error, provider);
    case "expired":
      return { kind };
    case "retry":
      return { kind, delayMs: 0, error, ...by };
    case "wait":
      return { kind, delayMs: 0, reason: "a device waits" };
  }
}

const redriveOf = (pass: string) => Number(pass.split(".")[0]);

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && code in ERRORS;
}

const keyOf = (address: string) => hash("sha256", address, "base64url").slice(0, 12);
