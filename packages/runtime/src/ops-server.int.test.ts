import { createMetrics } from "@pulsecourier/observability";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ReadyCheck } from "./ops-handler.ts";
import { createOpsServer } from "./ops-server.ts";

async function startOps(ready: () => ReadyCheck[] | Promise<ReadyCheck[]>) {
  const metrics = createMetrics("test");
  metrics.counter({ name: "pulse_tests_total", help: "Tests" }).inc();
  const server = createOpsServer({ port: 0, host: "127.0.0.1", metrics, ready });
  onTestFinished(() => server.close());
  const { url } = await server.start();
  return { server, get: (path: string) => fetch(`${url}${path}`) };
}

describe("createOpsServer", () => {
  it("is ready while every check passes", async () => {
    const { get } = await startOps(() => [{ name: "kafka", ok: true }]);
    const answer = await get("/readyz?verbose");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/health+json");
    expect(await answer.json()).toEqual({
      status: "pass",
      checks: { kafka: [{ status: "pass" }] },
    });
  });

  it("answers 503 when a check fails, and stays alive", async () => {
    const { get } = await startOps(() => [
      { name: "postgres", ok: false, detail: "connection refused" },
    ]);
    expect((await get("/readyz")).status).toBe(503);
    expect(await (await get("/readyz?verbose")).json()).toEqual({
      status: "fail",
      checks: { postgres: [{ status: "fail", output: "connection refused" }] },
    });
    expect((await get("/livez")).status).toBe(200);
  });

  it("warns about an optional dependency and stays ready", async () => {
    const { get } = await startOps(() => [{ name: "redis", ok: false, optional: true }]);
    const answer = await get("/readyz?verbose");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      status: "warn",
      checks: { redis: [{ status: "warn" }] },
    });
  });

  it("is not ready when the check itself fails", async () => {
    const { get } = await startOps(() => Promise.reject(new Error("no connection")));
    expect((await get("/readyz")).status).toBe(503);
  });

  it("is not ready while draining", async () => {
    const { server, get } = await startOps(() => []);
    expect((await get("/readyz")).status).toBe(200);
    server.drain();
    expect((await get("/readyz")).status).toBe(503);
    expect((await get("/livez")).status).toBe(200);
  });

  it("serves metrics, and 404 for the rest", async () => {
    const { get } = await startOps(() => []);
    expect(await (await get("/metrics")).text()).toContain('pulse_tests_total{service="test"} 1');
    expect((await get("/other")).status).toBe(404);
  });

  it("rejects the start when the port is taken", async () => {
    const metrics = createMetrics("test");
    const options = { host: "127.0.0.1", metrics, ready: () => [] };
    const first = createOpsServer({ ...options, port: 0 });
    onTestFinished(() => first.close());
    const { url } = await first.start();
    const second = createOpsServer({ ...options, port: Number(new URL(url).port) });
    await expect(second.start()).rejects.toThrow("EADDRINUSE");
    await second.close();
  });
});
