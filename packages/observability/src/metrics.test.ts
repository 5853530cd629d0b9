import { describe, expect, it } from "vitest";
import { createMetrics, secondsBuckets } from "./metrics.ts";

describe("createMetrics", () => {
  it("keeps services apart in one process", async () => {
    const gateway = createMetrics("gateway");
    const router = createMetrics("router");
    gateway
      .counter({ name: "pulse_events_total", help: "Events", labels: ["lane"] })
      .inc({ lane: "bulk" }, 2);
    router
      .counter({ name: "pulse_events_total", help: "Events", labels: ["lane"] })
      .inc({ lane: "bulk" });
    expect(await gateway.registry.metrics()).toContain(
      'pulse_events_total{lane="bulk",service="gateway"} 2',
    );
    expect(await router.registry.metrics()).toContain(
      'pulse_events_total{lane="bulk",service="router"} 1',
    );
  });

  it("gives the same metric for the same name", async () => {
    const metrics = createMetrics("gateway");
    const define = () =>
      metrics.gauge({ name: "pulse_inflight_records", help: "Records in flight" });
    define().inc();
    define().inc();
    expect(await metrics.registry.metrics()).toContain(
      'pulse_inflight_records{service="gateway"} 2',
    );
  });

  it("measures durations in seconds with the objectives as bucket edges", async () => {
    const metrics = createMetrics("gateway");
    metrics.histogram({ name: "pulse_accept_seconds", help: "Time to accept" }).observe(0.02);
    const text = await metrics.registry.metrics();
    expect(text).toContain('le="0.01",service="gateway"} 0');
    for (const edge of secondsBuckets.filter((seconds) => seconds > 0.02)) {
      expect(text).toContain(`pulse_accept_seconds_bucket{le="${edge}",service="gateway"} 1`);
    }
  });

  it("tells of the process, under the service's name", async () => {
    const text = await createMetrics("gateway").registry.metrics();
    expect(text).toMatch(/^process_cpu_seconds_total\{service="gateway"\} [\d.]+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes\{service="gateway"\} \d{7,}$/m);
  });
});
