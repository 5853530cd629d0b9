import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCaller } from "./http-call.ts";
import { startTestPlatform, type TestPlatform } from "./start-test-platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const headers = { traceparent: `00-${TRACE}-${SPAN}-01` };

type Seen = { id: string; traceparent?: string };

/** The call the provider got for an address, once there is one. */
async function callFor(email: string, provider = "sendgrid"): Promise<Seen> {
  const url = `${platform.dev.simulator}/__sim/messages?to=${email}&provider=${provider}`;
  const seen = await eventually(async () => {
    const { data }: { data: Seen[] } = JSON.parse(await (await fetch(url)).text());
    return data[0] ?? null;
  });
  if (seen === null) throw new Error("nothing arrived");
  return seen;
}

test.each([
  [
    "a notification",
    "POST /v1/notifications",
    (email: string) => ({ to: { email }, channels: ["email"], content: { text: "x" } }),
  ],
  [
    "an event",
    "POST /v1/events",
    (email: string) => ({
      specversion: "1.0",
      id: email,
      source: "/shop",
      type: "com.example.traced",
      data: { to: { email } },
    }),
  ],
])("the trace of %s reaches the provider, each step a span of its own", async (_, line, body) => {
  await platform.api.put("/v1/templates/traced", {
    channels: { email: { subject: "x", text: "x" } },
  });
  await platform.api.put("/v1/rules/traced", {
    on: "com.example.traced",
    recipients: ["event.data.to"],
    template: "traced",
  });
  const call = createCaller(platform.dev.gateway, platform.dev.apiKey);
  const email = `${line.length}@traced.example`;
  const type = line.endsWith("events") ? "application/cloudevents+json" : "application/json";
  const reply = await call(line, {
    body: body(email),
    headers: { ...headers, "content-type": type },
  });
  expect(reply.status).toBe(202);
  const seen = await callFor(email);
  expect(seen.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  expect(seen.traceparent).not.toContain(SPAN);
});

test("over SMTP the mail carries it", async () => {
  const refuse = { next: [{ status: 503 }] };
  await fetch(`${platform.dev.simulator}/__sim/behaviour/sendgrid`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(refuse),
  });
  const call = createCaller(platform.dev.gateway, platform.dev.apiKey);
  const body = {
    to: { email: "smtp@traced.example" },
    channels: ["email"],
    content: { text: "x" },
  };
  await call("POST /v1/notifications", { body, headers });
  const { id } = await callFor("smtp@traced.example", "smtp");
  const mail = await (await fetch(`${platform.dev.simulator}/__sim/messages/${id}`)).text();
  expect(mail).toMatch(new RegExp(`"X-Pulse-Traceparent","value":"00-${TRACE}-`, "i"));
});

test("without one, or with a broken one, a new trace begins", async () => {
  const call = createCaller(platform.dev.gateway, platform.dev.apiKey);
  const body = { to: { email: "new@traced.example" }, channels: ["email"], content: { text: "x" } };
  await call("POST /v1/notifications", {
    body,
    headers: { traceparent: `00-${"0".repeat(32)}-${SPAN}-01` },
  });
  const { traceparent } = await callFor("new@traced.example");
  expect(traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
});
