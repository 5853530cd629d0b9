import { createLogger } from "@pulsecourier/observability";
import { describe, expect, it } from "vitest";
import { closeInOrder, type CloseStep } from "./close-in-order.ts";

function closing(steps: CloseStep[], deadlineMs: number) {
  const lines: string[] = [];
  const logger = createLogger({
    service: "test",
    destination: { write: (line) => lines.push(line) },
  });
  return closeInOrder(steps, deadlineMs, logger).then(() => lines.join(""));
}

describe("closeInOrder", () => {
  it("waits for each step before the next", async () => {
    const seen: string[] = [];
    const step = (name: string): CloseStep => [
      name,
      async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
      },
    ];
    expect(await closing([step("consumer"), step("producer")], 1_000)).toBe("");
    expect(seen).toEqual(["consumer begins", "consumer ends", "producer begins", "producer ends"]);
  });

  it("logs a failing step, thrown at once or later, and goes on", async () => {
    const seen: string[] = [];
    const steps: CloseStep[] = [
      ["consumer", () => Promise.reject(new Error("broker away"))],
      [
        "producer",
        () => {
          throw new Error("never connected");
        },
      ],
      ["pool", async () => void seen.push("pool")],
    ];
    const log = await closing(steps, 1_000);
    expect(seen).toEqual(["pool"]);
    expect(log).toContain("broker away");
    expect(log).toContain("never connected");
  });

  it("leaves a hanging step behind at the deadline", async () => {
    const seen: string[] = [];
    const steps: CloseStep[] = [
      ["consumer", () => new Promise(() => {})],
      ["pool", async () => void seen.push("pool")],
    ];
    const log = await closing(steps, 20);
    expect(seen).toEqual(["pool"]);
    expect(log).toContain('"step":"consumer"');
  });
});
