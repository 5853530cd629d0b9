import { findSuppressed } from "@pulsecourier/db";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BenchSender, openTestBench, type TestBench } from "./test-bench.ts";

let bench: TestBench;
let senders: BenchSender[] = [];
beforeAll(async () => (bench = await openTestBench()));
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  senders = [];
});
afterAll(() => bench.close());

const start = async (...args: Parameters<TestBench["startSender"]>) => {
  const sender = await bench.startSender(...args);
  senders.push(sender);
  return sender;
};
const both = { EMAIL_PROVIDERS: "first,second" };
const identity = {
  from: "shop@example.com",
  fromName: "Shop",
  accounts: { second: { from: "second@example.com" } },
};

test("each account is told who the tenant is through it, and a retry the same", async () => {
  let calls = 0;
  const sender = await start(
    () => ((calls += 1) <= 2 ? { kind: "transient", detail: "503" } : { kind: "sent" }),
    { env: both },
  );
  const [known, plain] = [bench.delivery({ identity }), bench.delivery()];
  await bench.publish([known]);
  expect(await bench.factOf(known, "delivery.sent")).toMatchObject({ attempt: 2 });
  expect(sender.calls.map((call) => [call.provider, call.context.identity])).toEqual([
    ["first", { from: "shop@example.com", fromName: "Shop" }],
    ["second", { from: "second@example.com", fromName: "Shop" }],
    ["first", { from: "shop@example.com", fromName: "Shop" }],
  ]);
  await bench.publish([plain]);
  await bench.factOf(plain, "delivery.sent");
  expect(sender.calls.at(-1)?.context.identity).toEqual({});
});

test("an identity that an account refuses goes on to the next, and costs no other tenant the account", async () => {
  const sender = await start(
    ({ provider, context }) =>
      provider === "first" && context.identity.from !== undefined
        ? { kind: "sender_refused", detail: "shop@example.com is not verified" }
        : { kind: "sent" },
    { env: both },
  );
  const refused = bench.delivery({ identity });
  await bench.publish([refused]);
  const sent = await bench.factOf(refused, "delivery.sent");
  expect(sent).toMatchObject({ provider: "second", attempt: 1 });
  const other = bench.delivery({ tenant: "other" });
  await bench.publish([other]);
  expect(await bench.factOf(other, "delivery.sent")).toMatchObject({ provider: "first" });
  const metrics = await (await fetch(`${sender.url}/metrics`)).text();
  expect(metrics).toMatch(/pulse_failovers_total\{.*cause="sender_refused".*\} 1/);
});

test("refused by every account it ends the delivery, saying so without the address", async () => {
  const detail = "shop@example.com is not verified";
  await start(() => ({ kind: "sender_refused", detail }));
  const delivery = bench.delivery({ identity });
  await bench.publish([delivery]);
  const { error } = await bench.factOf(delivery, "delivery.failed");
  expect(error).toMatchObject({ code: "sender_refused", class: "permanent" });
  expect(error.message).toContain("is not verified");
  expect(error.message).not.toContain("shop@");
});

test("a sender of the account's own that is refused is the account's fault: it waits", async () => {
  await start(() => ({ kind: "sender_refused", detail: "no" }));
  const delivery = bench.delivery({ identity: { replyTo: "help@example.com" } });
  await bench.publish([delivery]);
  expect(await bench.factOf(delivery, "delivery.waiting")).toMatchObject({ attempt: 1 });
});

const sandboxed = { ...both, SANDBOX_EMAIL_PROVIDERS: "second" };

test("with the whole platform redirected, all goes to one address and says so", async () => {
  const env = { ...sandboxed, REDIRECT_ALL_TO: "email=qa@example.com" };
  const sender = await start(() => ({ kind: "sent" }), { env });
  const [delivery, sandbox] = [bench.delivery(), bench.delivery({ sandbox: true })];
  await bench.publish([delivery, sandbox]);
  const sent = await bench.factOf(delivery, "delivery.sent");
  expect(sent).toMatchObject({ redirected: "address", provider: "first" });
  expect(JSON.stringify(bench.factsOf(delivery))).not.toContain("@");
  expect(await bench.factOf(sandbox, "delivery.sent")).toMatchObject({ provider: "second" });
  // What waited before the switch was set comes back redirected, too: only ours are looked at.
  const sentTo = (to: { id: string }) =>
    sender.calls.flatMap(({ message }) => (message.delivery.id === to.id ? [message.address] : []));
  expect(sentTo(delivery)).toEqual(["qa@example.com"]);
  expect(sentTo(sandbox)).toEqual([sandbox.address]);
});

test("without an address for the channel the sandbox accounts get it", async () => {
  const env = { ...sandboxed, REDIRECT_ALL_TO: "sandbox" };
  const sender = await start(() => ({ kind: "sent" }), { env });
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  const sent = await bench.factOf(delivery, "delivery.sent");
  expect(sent).toMatchObject({ redirected: "accounts", provider: "second" });
  expect(new Set(sender.calls.map((call) => call.provider))).toEqual(new Set(["second"]));
});

test("without sandbox accounts either it ends, and no account is called", async () => {
  const sender = await start(() => ({ kind: "sent" }), { env: { REDIRECT_ALL_TO: "sandbox" } });
  const delivery = bench.delivery();
  await bench.publish([delivery]);
  const { error, redirected } = await bench.factOf(delivery, "delivery.failed");
  expect([error.code, redirected]).toEqual(["provider_misconfigured", "accounts"]);
  expect(error.message).toContain("SANDBOX_");
  expect(sender.calls).toEqual([]);
});

test("nobody's address is suppressed by what became of a redirected delivery", async () => {
  await start(() => ({ kind: "recipient_gone", detail: "550" }));
  const fields = { address: "gone@example.com", redirected: "address" as const };
  const delivery = bench.delivery(fields);
  await bench.publish([delivery]);
  await bench.factOf(delivery, "delivery.failed");
  const own = bench.delivery({ address: "really-gone@example.com" });
  await bench.publish([own]);
  await bench.factOf(own, "delivery.failed");
  const asked = [fields.address, own.address].map((address) => ({
    tenant: "default",
    channel: "email" as const,
    address,
  }));
  const find = await findSuppressed(bench.db, asked);
  expect(asked.map((one) => find?.(one) ?? null)).toEqual([null, "recipient_gone"]);
});
