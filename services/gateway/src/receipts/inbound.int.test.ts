import { deliveryId } from "@pulsecourier/contracts";
import { insertContacts, insertSuppressions } from "@pulsecourier/db";
import { openSimulator } from "@pulsecourier/provider-simulator/testing";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";
import { newPhone } from "./test-phone.ts";
import { pass, startRelay } from "./test-relay.ts";

const PROVIDERS = [
  ["twilio", "sms"],
  ["vonage", "sms"],
  ["whatsapp", "whatsapp"],
] as const;

let simulator: Awaited<ReturnType<typeof openSimulator>>;
let gateway: TestGateway;
let relay: Awaited<ReturnType<typeof startRelay>>;
beforeAll(async () => {
  relay = await startRelay();
  simulator = await openSimulator({ SIMULATOR_RECEIPTS_URL: relay.url });
  const keys = PROVIDERS.map(([provider]) => simulator.keys(provider));
  gateway = await startTestGateway({ PUBLIC_URL: relay.url, ...Object.assign({}, ...keys) });
  relay.passTo(gateway.url);
  await gateway.newKey({ tenant: "other" });
  await gateway.db.query(
    "sandbox-tenant",
    "insert into gateway.tenants (id, sandbox) values ('sand', true)",
    [],
  );
}, 120_000);
afterAll(async () => {
  await simulator.close();
  await gateway.close();
  await relay.close();
});
beforeEach(() => void relay.take());

/** A recipient writes; answers the callback that told us. */
async function write(provider: string, from: string, text: string) {
  const before = (await simulator.told(provider))?.taken ?? 0;
  expect((await simulator.inbound(provider, { from, text })).status).toBe(202);
  await eventually(async () => ((await simulator.told(provider))?.taken ?? 0) > before);
  const callback = relay.take().findLast(({ method }) => method === "POST");
  if (callback === undefined) throw new Error("nothing was told");
  return callback;
}

const listOf = async (address: string, key?: string): Promise<{ reason: string; at: string }[]> =>
  (
    await gateway.call(
      `GET /v1/suppressions?address=${encodeURIComponent(address)}`,
      key === undefined ? {} : { key },
    )
  ).body.data;
const reasonsOf = async (address: string) =>
  (await listOf(address)).map(({ reason }) => reason).toSorted();

async function contacted(channel: string, tenants = ["default"]): Promise<string> {
  const address = newPhone();
  await insertContacts(
    gateway.db,
    tenants.map((tenant) => ({ tenant, channel, address })),
  );
  return address;
}

test.each(PROVIDERS)(
  "%s: STOP suppresses the number, START lifts that",
  async (provider, channel) => {
    const from = await contacted(channel);
    await write(provider, from, "Stop!");
    const [listed] = await listOf(from);
    expect(listed).toMatchObject({ channel, address: from, reason: "stop", provider });
    expect(Math.abs(Date.parse(listed?.at ?? "") - Date.now())).toBeLessThan(60_000);
    await write(provider, from, "start");
    expect(await listOf(from)).toEqual([]);
    await write(provider, from, "QUIT");
    expect(await reasonsOf(from)).toEqual(["stop"]);
  },
);

test.each(PROVIDERS)("%s: repeats change nothing, even late ones", async (provider, channel) => {
  const from = await contacted(channel);
  const stop = await write(provider, from, "STOP");
  // Meta's times are whole seconds.
  const next = Math.ceil((Date.now() + 1) / 1_000) * 1_000;
  await eventually(() => Date.now() >= next);
  const start = await write(provider, from, "START");
  expect((await pass(gateway.url, stop)).status).toBe(204);
  expect(await listOf(from)).toEqual([]);
  expect((await pass(gateway.url, start)).status).toBe(204);
  expect(await listOf(from)).toEqual([]);
});

test("a STOP that is heard of after the START that followed it stays without effect", async () => {
  const from = await contacted("sms");
  relay.hold();
  const stop = await write("vonage", from, "STOP");
  const next = Date.now() + 1;
  await eventually(() => Date.now() > next);
  relay.passTo(gateway.url);
  await write("vonage", from, "START");
  expect((await pass(gateway.url, stop)).status).toBe(204);
  expect(await listOf(from)).toEqual([]);
});

test("START lifts nothing but what a STOP made", async () => {
  const address = await contacted("sms");
  const at = Date.now() - 60_000;
  const base = { tenant: "default", channel: "sms", address, provider: "t", at };
  await insertSuppressions(gateway.db, [
    { ...base, reason: "hard_bounce" },
    { ...base, reason: "unsubscribe" },
    { ...base, reason: "stop" },
  ]);
  await write("twilio", address, "unstop");
  expect(await reasonsOf(address)).toEqual(["hard_bounce", "unsubscribe"]);
});

test("a STOP counts for every tenant that has sent to the number through the channel, and for no other", async () => {
  const from = await contacted("sms", ["default", "other", "sand"]);
  await write("twilio", from, "STOP");
  const rows = await gateway.db.query<{ tenant: string }>(
    "who",
    "select tenant from directory.suppressions where address = $1 order by tenant",
    [from],
  );
  // The account is the live tenants' alone.
  expect(rows.map(({ tenant }) => tenant)).toEqual(["default", "other"]);
  const stranger = newPhone();
  await write("twilio", stranger, "STOP");
  const onWhatsapp = await contacted("whatsapp");
  await write("twilio", onWhatsapp, "STOP");
  expect([...(await listOf(stranger)), ...(await listOf(onWhatsapp))]).toEqual([]);
});

test.each(PROVIDERS)("%s: any other message is counted and answered", async (provider, channel) => {
  const from = await contacted(channel);
  const count = async () => {
    const { body } = await gateway.call("GET /metrics", { key: null });
    const line = new RegExp(
      `pulse_inbound_messages_total\\{provider="${provider}",wish="other"[^}]*\\} (\\d+)`,
    );
    return Number(line.exec(String(body))?.[1] ?? 0);
  };
  const before = await count();
  const callback = await write(provider, from, "Please stop by at five");
  expect((await pass(gateway.url, callback)).status).toBe(204);
  expect(await count()).toBe(before + 2);
  expect(await listOf(from)).toEqual([]);
});

test("Vonage's URL is not signed: a receipt moved to another notification is nobody's", async () => {
  const callback = `${relay.url}/v1/providers/vonage/webhooks?tenant=default&notification_id=n`;
  relay.hold();
  await simulator.behave("vonage", { receipts: { delayMs: 0 } });
  await fetch(`${simulator.url}/v1/messages`, {
    method: "POST",
    headers: { authorization: "Basic a2V5OnM=", "content-type": "application/json" },
    body: JSON.stringify({
      channel: "sms",
      message_type: "text",
      to: "4915112345678",
      from: "Shop",
      text: "Hello",
      client_ref: deliveryId(Buffer.alloc(32), "default", "0".repeat(36), "sms"),
      webhook_url: callback,
    }),
  });
  await eventually(async () => (await simulator.told("vonage"))?.pending === 0);
  const held = relay.take();
  relay.passTo(gateway.url);
  const known = await gateway.call("POST /v1/notifications", {
    body: { to: { phone: newPhone() }, content: { text: "Hello" }, channels: ["sms"] },
  });
  const id: string = known.body.notifications[0].id;
  for (const one of held) {
    const path = one.path.replace("notification_id=n", `notification_id=${id}`);
    expect((await pass(gateway.url, { ...one, path })).status).toBe(204);
  }
  const rows = await gateway.db.query("u", "select 1 from gateway.unknown_receipts", []);
  expect(rows).toHaveLength(1);
});
