import { describe, expect, it } from "vitest";
import { childSpan, formatTraceparent, newTrace, parseTraceparent } from "./trace.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

describe("parseTraceparent", () => {
  it("reads the example of the standard", () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({
      traceId,
      spanId,
      sampled: true,
    });
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)?.sampled).toBe(false);
  });

  it("looks only at the sampled bit of the flags", () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-03`)?.sampled).toBe(true);
    expect(parseTraceparent(`00-${traceId}-${spanId}-02`)?.sampled).toBe(false);
  });

  it("accepts later versions with more fields", () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`)).toEqual({
      traceId,
      spanId,
      sampled: true,
    });
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).not.toBeNull();
  });

  it.each([
    ["nothing", undefined],
    ["an empty header", ""],
    ["version ff", `ff-${traceId}-${spanId}-01`],
    ["version 00 with a fifth field", `00-${traceId}-${spanId}-01-extra`],
    ["a later version without a dash before the rest", `cc-${traceId}-${spanId}-01.extra`],
    ["upper case", `00-${traceId.toUpperCase()}-${spanId}-01`],
    ["a zero trace id", `00-${"0".repeat(32)}-${spanId}-01`],
    ["a zero span id", `00-${traceId}-${"0".repeat(16)}-01`],
    ["a short trace id", `00-${traceId.slice(1)}-${spanId}-01`],
    ["flags that are no hex", `00-${traceId}-${spanId}-0x`],
    ["surrounding blanks", ` 00-${traceId}-${spanId}-01`],
    ["a header of 100 kB", `cc-${traceId}-${spanId}-01-${"x".repeat(100_000)}`],
  ])("refuses %s", (_what, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });
});

describe("newTrace and childSpan", () => {
  it("survive formatting", () => {
    const trace = newTrace();
    expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
  });

  it("keep the trace and change the span", () => {
    const parent = { traceId, spanId, sampled: false };
    const child = childSpan(parent);
    expect(child.traceId).toBe(traceId);
    expect(child.spanId).not.toBe(spanId);
    expect(child.sampled).toBe(false);
  });
});
