import { describe, expect, it } from "vitest";
import { behaviourSchema } from "./behaviour.ts";
import { createBehaviours } from "./behaviours.ts";

describe("createBehaviours", () => {
  it("accepts on a good day", () => {
    expect(createBehaviours().plan("smtp", ["a@b.example"])).toEqual({
      kind: "accept",
      delayMs: 0,
      hang: false,
    });
  });

  it("uses the next steps up in order, before anything else", () => {
    const behaviours = createBehaviours();
    behaviours.set("smtp", {
      next: [{ status: 429 }, { hang: true }, { status: 202 }],
      errorRate: 1,
      errorStatus: 500,
    });
    const plans = Array.from({ length: 4 }, () => behaviours.plan("smtp", []));
    expect(plans).toMatchObject([
      { kind: "refuse", status: 429 },
      { kind: "hang" },
      { kind: "accept", hang: false },
      { kind: "refuse", status: 500 },
    ]);
    expect(behaviours.get("smtp").next).toEqual([]);
  });

  it("refuses the given share of calls", () => {
    const rolls = [0.1, 0.29, 0.3, 0.9];
    const behaviours = createBehaviours(() => rolls.shift() ?? 1);
    behaviours.set("smtp", { errorRate: 0.3, errorStatus: 451, jitterMs: 0 });
    // The first roll of each call is the jitter's.
    expect(behaviours.plan("smtp", [])).toMatchObject({ kind: "refuse", status: 451 });
    expect(behaviours.plan("smtp", [])).toMatchObject({ kind: "accept" });
  });

  it("adds jitter to the latency", () => {
    const behaviours = createBehaviours(() => 0.5);
    behaviours.set("smtp", { latencyMs: 100, jitterMs: 50 });
    expect(behaviours.plan("smtp", []).delayMs).toBe(125);
  });

  it("refuses recipients that match, whole addresses and wildcards, in any case", () => {
    const behaviours = createBehaviours();
    behaviours.set("smtp", {
      rejectRecipients: [
        { match: "gone@shop.example", code: 550 },
        { match: "*@Full.Example", code: 452 },
      ],
    });
    expect(behaviours.rejection("smtp", "GONE@shop.example")).toBe(550);
    expect(behaviours.rejection("smtp", "anyone@full.example")).toBe(452);
    expect(behaviours.rejection("smtp", "anyone@full.example.org")).toBeUndefined();
    expect(behaviours.rejection("smtp", "notgone@shop.example")).toBeUndefined();
    expect(behaviours.plan("smtp", ["ok@shop.example", "x@full.example"])).toMatchObject({
      kind: "refuse",
      status: 452,
    });
  });

  it("keeps providers apart and forgets everything on reset", () => {
    const behaviours = createBehaviours();
    behaviours.set("smtp", { hang: true });
    expect(behaviours.plan("sendgrid", []).kind).toBe("accept");
    behaviours.reset();
    expect(behaviours.plan("smtp", []).kind).toBe("accept");
  });
});

describe("behaviourSchema", () => {
  it.each([
    ["an unknown field", { latency: 5 }],
    ["a share above 1", { errorRate: 1.5 }],
    ["a status that is none", { next: [{ status: 99 }] }],
    ["too many steps", { next: Array.from({ length: 1_001 }, () => ({ status: 500 })) }],
    ["a header with a line break", { next: [{ status: 429, headers: { "x-a": "1\r\nx-b: 2" } }] }],
    ["latency beyond ten minutes", { latencyMs: 600_001 }],
  ])("refuses %s", (_what, behaviour) => {
    expect(behaviourSchema.safeParse(behaviour).success).toBe(false);
  });
});
