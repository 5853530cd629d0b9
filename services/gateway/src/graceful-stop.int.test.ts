import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { startTestGateway } from "./test-gateway.ts";

test("a stop answers the request that is running and then refuses connections", async () => {
  const gateway = await startTestGateway();
  const second = await gateway.another();
  const body = JSON.stringify({ to: "u", content: { text: "hi" } });
  const running = request(`${second.url}/v1/notifications`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${gateway.key}`,
      "content-type": "application/json",
      "content-length": body.length,
      expect: "100-continue",
    },
  });
  running.flushHeaders();
  // Says that the gateway is at it and waits for the body.
  await once(running, "continue");
  const closed = second.close();
  await expect(fetch(`${second.url}/livez`)).rejects.toThrow("fetch failed");
  running.end(body);
  const [response]: IncomingMessage[] = await once(running, "response");
  expect(response?.statusCode).toBe(202);
  response?.resume();
  await closed;
  await gateway.close();
});
