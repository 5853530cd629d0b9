import { describe, expect, it } from "vitest";
import { mailSendExample } from "./providers/mail-send-example.ts";
import { startSimulator } from "./start-simulator.ts";

async function startWithMails(deliveryIds: string[]) {
  const simulator = await startSimulator();
  const headers = { authorization: "Bearer SG.test", "content-type": "application/json" };
  for (const delivery_id of deliveryIds) {
    const personalizations = [
      { to: [{ email: `${delivery_id}@shop.example` }], custom_args: { delivery_id } },
    ];
    const body = JSON.stringify({ ...mailSendExample, personalizations });
    await fetch(`${simulator.url}/v3/mail/send`, { method: "POST", headers, body });
  }
  return simulator;
}

describe("control API", () => {
  it("lists newest first, filtered and limited", async () => {
    const { messages } = await startWithMails(["d1", "d2", "d3"]);
    expect((await messages()).map(({ deliveryId }) => deliveryId)).toEqual(["d3", "d2", "d1"]);
    expect((await messages("?limit=1&to=D2@")).map(({ deliveryId }) => deliveryId)).toEqual(["d2"]);
    expect(await messages("?provider=smtp")).toEqual([]);
    expect(await messages("?since=2000-01-01T00:00:00Z")).toHaveLength(3);
    expect(
      await messages(`?since=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`),
    ).toEqual([]);
  });

  it("streams every accepted delivery id with its count", async () => {
    const ids = Array.from({ length: 1_005 }, (_, n) => `d${n}`);
    const simulator = await startSimulator();
    const headers = { authorization: "Bearer SG.test", "content-type": "application/json" };
    const personalizations = ids.map((delivery_id) => ({
      to: [{ email: "a@b.example" }],
      custom_args: { delivery_id },
    }));
    for (const part of [
      personalizations.slice(0, 1_000),
      personalizations.slice(1_000),
      personalizations.slice(0, 1),
    ]) {
      const body = JSON.stringify({ ...mailSendExample, personalizations: part });
      await fetch(`${simulator.url}/v3/mail/send`, { method: "POST", headers, body });
    }
    const answer = await fetch(`${simulator.url}/__sim/deliveries`);
    expect(answer.headers.get("content-type")).toContain("application/x-ndjson");
    const lines = (await answer.text()).trimEnd().split("\n");
    expect(lines).toHaveLength(1_005);
    expect(JSON.parse(lines[0] ?? "")).toEqual({ deliveryId: "d0", count: 2 });
    expect(await simulator.stats()).toMatchObject({ uniqueDeliveries: 1_005, duplicates: 1 });
  });

  it("shows and replaces behaviours", async () => {
    const { url, behave } = await startSimulator();
    expect((await behave("smtp", { errorRate: 0.5, next: [{ status: 451 }] })).status).toBe(200);
    const read = async () => await (await fetch(`${url}/__sim/behaviour`)).json();
    expect(await read()).toMatchObject({
      smtp: { errorRate: 0.5, next: [{ status: 451 }] },
      sendgrid: {},
      webhook: {},
    });
    await behave("smtp", {});
    expect(await read()).toMatchObject({ smtp: { next: [] } });
  });

  it("refuses what it does not understand and says where", async () => {
    const { url, behave } = await startSimulator();
    const put = (body: string) =>
      fetch(`${url}/__sim/behaviour/smtp`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body,
      });
    const invalid = await put('{"errorRate":2}');
    expect(invalid.status).toBe(422);
    expect(await invalid.json()).toMatchObject({ errors: [{ pointer: "/errorRate" }] });
    expect((await put("{")).status).toBe(400);
    expect((await put(`{"x":"${"y".repeat(300_000)}"}`)).status).toBe(413);
    expect((await behave("carrier-pigeon", {})).status).toBe(404);
    expect((await fetch(`${url}/__sim/messages?limit=0`)).status).toBe(422);
    expect((await fetch(`${url}/__sim/messages?colour=red`)).status).toBe(422);
    expect((await fetch(`${url}/__sim/messages/none`)).status).toBe(404);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });

  it("starts over on reset", async () => {
    const { behave, reset, stats, messages, url } = await startWithMails(["d1"]);
    await behave("sendgrid", { hang: true });
    expect((await reset()).status).toBe(204);
    expect(await stats()).toMatchObject({ messages: 0, uniqueDeliveries: 0 });
    expect(await messages()).toEqual([]);
    const behaviours = (await (await fetch(`${url}/__sim/behaviour`)).json()) as object;
    expect(new Set(Object.values(behaviours).map((one) => JSON.stringify(one)))).toEqual(
      new Set(["{}"]),
    );
  });

  it("serves the page under a policy that lets nothing in or out", async () => {
    const { url } = await startSimulator();
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'self';/,
    );
    expect(await answer.text()).toContain("Provider simulator");
  });

  it("is observable like any service", async () => {
    const { url } = await startWithMails(["d1", "d1"]);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(
      'pulse_simulator_messages{provider="sendgrid",status="202",service="provider-simulator"} 2',
    );
    expect(metrics).toContain(
      'pulse_simulator_duplicate_deliveries{service="provider-simulator"} 1',
    );
  });
});
