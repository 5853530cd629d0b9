import { createLogger } from "@pulsecourier/observability";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runUntilSignal } from "./run-until-signal.ts";

describe("runUntilSignal", () => {
  const before = new Map<string, unknown[]>();
  const events = ["SIGTERM", "SIGINT", "uncaughtException", "unhandledRejection"];

  beforeEach(() => {
    for (const event of events) before.set(event, process.listeners(event as "SIGINT"));
    vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    for (const event of events) {
      for (const listener of process.listeners(event as "SIGINT")) {
        if (!before.get(event)?.includes(listener)) process.removeListener(event, listener);
      }
    }
  });

  it("exits at once on a second signal more than 2 s after the first", async () => {
    const codes: number[] = [];
    const service = {
      name: "sample",
      start: async () => ({ url: "http://127.0.0.1:1" }),
      close: () => new Promise<void>(() => {}),
    };
    const logger = createLogger({ service: "sample", level: "silent" });
    await runUntilSignal(service, {
      logger,
      shutdownDeadlineMs: 60_000,
      exit: (code) => codes.push(code),
    });
    process.emit("SIGINT");
    vi.advanceTimersByTime(1_900);
    process.emit("SIGINT");
    expect(codes).toEqual([]);
    vi.advanceTimersByTime(200);
    process.emit("SIGINT");
    expect(codes).toEqual([1]);
  });
});
