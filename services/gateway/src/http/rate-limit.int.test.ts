import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;
let withoutRedis: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
  // Nothing listens on port 1.
  withoutRedis = await startTestGateway({ REDIS_URL: "redis://127.0.0.1:1" });
});
afterAll(async () => {
  await gateway.close();
  await withoutRedis.close();
});

const GET = "GET /v1/notifications";

/** As many calls at once as land in one second for sure twice over. */
async function burst(of: TestGateway, key: string) {
  return Promise.all(Array.from({ length: 12 }, () => of.call(GET, { key })));
}

test("over the key's limit: 429 with Retry-After and RateLimit", async () => {
  const key = await gateway.newKey({ unlimited: false, ratePerSecond: 5 });
  const replies = await burst(gateway, key);
  const refused = replies.filter(({ status }) => status === 429);
  // The burst may straddle two seconds, each with 5 requests.
  expect(refused.length).toBeGreaterThanOrEqual(2);
  expect(refused.length).toBeLessThanOrEqual(7);
  for (const { headers, body } of refused) {
    expect(body).toMatchObject({ code: "rate_limited", retryable: true });
    expect(headers.get("ratelimit-policy")).toBe('"requests";q=5;w=1');
    expect(headers.get("ratelimit")).toBe('"requests";r=0;t=1');
    expect(headers.get("retry-after")).toBe("1");
  }
});

test("below it the headers say what is left", async () => {
  const key = await gateway.newKey({ unlimited: false, ratePerSecond: 5 });
  const { status, headers } = await gateway.call(GET, { key });
  expect(status).toBe(200);
  expect(headers.get("ratelimit")).toBe('"requests";r=4;t=1');
});

test("a key without a limit has no such headers", async () => {
  const { headers } = await gateway.call(GET);
  expect(headers.get("ratelimit")).toBeNull();
});

test("instances share the count", async () => {
  const key = await gateway.newKey({ unlimited: false, ratePerSecond: 5 });
  const other = await gateway.another();
  const get = (url: string) =>
    fetch(`${url}/v1/notifications`, { headers: { authorization: `Bearer ${key}` } });
  const urls = Array.from({ length: 12 }, (_, at) => (at % 2 ? other.url : gateway.url));
  const replies = await Promise.all(urls.map(get));
  expect(replies.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(2);
  await other.close();
});

test("while Redis is away an instance counts alone and stays ready", async () => {
  const key = await withoutRedis.newKey({ unlimited: false, ratePerSecond: 5 });
  const statuses = (await burst(withoutRedis, key)).map(({ status }) => status);
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
  const ready = await withoutRedis.call("GET /readyz?verbose", { key: null });
  expect(ready.status).toBe(200);
  expect(ready.body).toMatchObject({ status: "warn", checks: { redis: [{ status: "warn" }] } });
});
