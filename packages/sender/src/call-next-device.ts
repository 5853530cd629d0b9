import { deriveStep, type Devices, nextDevice } from "./devices.ts";
import type { Step } from "./step.ts";
import type { Work } from "./work.ts";

/**
 * Calls one of several devices, and asks for the claim again while there is another: what this one led to is then in the
 * ledger before the next is called, which has every account to go through.
 */
export async function callNextDevice(
  work: Work,
  devices: Devices,
  callAt: (address: string) => Promise<Step | "reclaim">,
): Promise<Step | "reclaim"> {
  const device = nextDevice(devices);
  if (device === null) return deriveStep(devices);
  const step = await callAt(device.address);
  if (step === "reclaim") return step;
  Object.assign(device, { step, pass: devices.pass });
  if (nextDevice(devices) === null) return deriveStep(devices);
  work.tried.clear();
  Object.assign(work, { left: [], pauses: 0, restUntil: 0 });
  return "reclaim";
}
