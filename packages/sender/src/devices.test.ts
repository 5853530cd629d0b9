import { expect, test } from "vitest";
import {
  deriveStep,
  devicesOf,
  encodeDevices,
  endDevices,
  nextDevice,
  restoreDevices,
} from "./devices.ts";
import { factError, reject, type Step } from "./step.ts";

const first = { redrive: 0, attempt: 1, waits: 0 };
const open = (at = first, moreAddresses: string[] = ["b", "c"]) => {
  const devices = devicesOf({ address: "a", moreAddresses }, at);
  if (devices === null) throw new Error("one address only");
  return devices;
};
const sent: Step = { kind: "sent", provider: "fcm", providerMessageId: "m-1" };
const gone = reject(factError("recipient_gone"), "fcm");
const rejected = reject(factError("provider_rejected"), "apns");
const retry: Step = { kind: "retry", delayMs: 5_000, error: factError("provider_unavailable") };
const doubtful: Step = { kind: "retry", delayMs: 5_000, error: factError("provider_timeout") };
const wait: Step = { kind: "wait", delayMs: 9_000, reason: "429" };

/** Calls every device in turn, each with the step it leads to. */
function call(devices: ReturnType<typeof open>, ...steps: Step[]) {
  const called = steps.map((step) => {
    const device = nextDevice(devices);
    if (device !== null) Object.assign(device, { step, pass: devices.pass });
    return device?.address;
  });
  return { called, rest: nextDevice(devices)?.address, step: deriveStep(devices) };
}

test("one address is nothing to keep account of; the same twice is one device", () => {
  expect(devicesOf({ address: "a" }, first)).toBeNull();
  expect(devicesOf({ address: "a", moreAddresses: [] }, first)).toBeNull();
  expect(open(first, ["a", "b"]).all.map(({ address }) => address)).toEqual(["a", "b"]);
});

test.each([
  ["any that took it", [gone, sent, rejected], sent],
  ["all gone", [gone, gone, gone], gone],
  ["one refused, the others gone", [gone, rejected, gone], rejected],
  ["one to be called again", [sent, retry, gone], retry],
  ["one in doubt before others", [retry, doubtful, sent], doubtful],
  ["one that waits", [sent, wait, gone], wait],
  ["a retry before a wait", [wait, retry, sent], retry],
  ["too late for those left", [gone, { kind: "expired" }, gone], { kind: "expired" }],
] satisfies [string, Step[], Step][])(
  "%s decides what the delivery comes to",
  (_what, steps, end) => {
    const { called, rest, step } = call(open(), ...steps);
    expect(called).toEqual(["a", "b", "c"]);
    expect(rest).toBeUndefined();
    expect(step).toEqual(end);
  },
);

test("the next attempt calls those that are left, and no other", () => {
  const before = open();
  call(before, sent, retry, gone);
  const now = open({ ...first, attempt: 2 });
  restoreDevices(now, encodeDevices(before) ?? null);
  const { called, step } = call(now, sent);
  expect(called).toEqual(["b"]);
  expect(step).toEqual(sent);
});

test("a device that is held is called when the delivery comes back, the others go on", () => {
  const hold: Step = { kind: "hold", delayMs: 1, hold: { stops: ["s"], reason: "stopped" } };
  const before = open();
  expect(call(before, hold, sent, gone)).toMatchObject({ called: ["a", "b", "c"], step: hold });
  const crashed = open();
  restoreDevices(crashed, encodeDevices(before) ?? null);
  expect(nextDevice(crashed)).toBeNull();
  const back = open({ ...first, waits: 1 });
  restoreDevices(back, encodeDevices(before) ?? null);
  expect(call(back, sent)).toMatchObject({ called: ["a"], step: sent });
});

test("after a crash the call in flight is made again, and those before it are not", () => {
  const before = open();
  call(before, sent, wait);
  const now = open();
  restoreDevices(now, encodeDevices(before) ?? null);
  expect(nextDevice(now)?.address).toBe("c");
});

test("a redrive calls what failed and not what was sent", () => {
  const before = open();
  call(before, rejected, sent, gone);
  const now = open({ ...first, redrive: 1 });
  restoreDevices(now, encodeDevices(before) ?? null);
  expect(call(now, sent, sent).called).toEqual(["a", "c"]);
});

test("what is kept is no address, and is read once", () => {
  const devices = open(first, ["secret-token"]);
  call(devices, gone, rejected);
  const text = encodeDevices(devices) ?? "";
  expect(text).not.toContain("secret-token");
  const now = open(first, ["secret-token"]);
  restoreDevices(now, null);
  restoreDevices(now, text);
  expect(nextDevice(now)?.address).toBe("a");
  expect(encodeDevices(open())).toBeUndefined();
  expect(encodeDevices(null)).toBeUndefined();
});

test("what was sent stays sent when the rest is called no more", () => {
  const devices = open();
  call(devices, rejected, sent);
  expect(endDevices(devices, { kind: "cancelled" })).toEqual(sent);
  expect(endDevices(open(), { kind: "cancelled" })).toEqual({ kind: "cancelled" });
  expect(endDevices(null, { kind: "cancelled" })).toEqual({ kind: "cancelled" });
});
