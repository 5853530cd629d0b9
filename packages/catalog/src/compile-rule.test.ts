import { RuleDefinition } from "@pulsecourier/contracts";
import { describe, expect, test } from "vitest";
import { compileRule } from "./compile-rule.ts";
import type { RuleEvent, RuleResult } from "./rule.ts";

const event: RuleEvent = {
  id: "1",
  source: "/shop",
  type: "com.example.order.shipped",
  data: {
    total: 5,
    userId: "u1",
    customer: 42,
    watchers: ["u1", { email: "a@example.com" }],
    blank: null,
    list: [1, 2],
  },
};

function compile(definition: Partial<RuleDefinition>) {
  const full = RuleDefinition.parse({
    on: event.type,
    recipients: ["event.data.userId"],
    template: "t",
    ...definition,
  });
  return compileRule("shipped", 1, full);
}

function run(definition: Partial<RuleDefinition>, on = event): RuleResult {
  const compiled = compile(definition);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.rule.evaluate(on);
}

function problems(definition: Partial<RuleDefinition>) {
  const compiled = compile(definition);
  return compiled.ok ? [] : compiled.problems;
}

describe("an audience", () => {
  test("is given by name, computed or not, alone or beside recipients", () => {
    const recipients = ['audience("vips")', '["u2", audience("of-" + event.data.userId)]'];
    expect(run({ recipients })).toEqual({
      kind: "match",
      recipients: ["u2"],
      audiences: ["vips", "of-u1"],
      reasons: [],
    });
  });

  test("never comes from an event's data", () => {
    const data = { userId: { audience: "vips" } };
    expect(run({}, { ...event, data })).toMatchObject({ kind: "no_match" });
  });

  test("with a name that cannot be one is told; too many are an error", () => {
    expect(run({ recipients: ['audience("a b")'] })).toEqual({
      kind: "no_match",
      reasons: ["recipients[0]: an audience has a name that audiences cannot have"],
    });
    const many = "event.data.names.map(name, audience(name))";
    const data = { names: Array.from({ length: 21 }, (_, n) => `a${n}`) };
    expect(run({ recipients: [many] }, { ...event, data }).kind).toBe("error");
    expect(problems({ recipients: ["audience(7)"] })).toMatchObject([{ pointer: "/recipients/0" }]);
  });
});

describe("a condition", () => {
  test("decides by the data", () => {
    expect(run({ when: "event.data.total > 0.0" }).kind).toBe("match");
    expect(run({ when: "event.data.total > 5" })).toEqual({ kind: "no_match", reasons: [] });
  });

  test("that reads a missing key is no match, with the key as reason", () => {
    expect(run({ when: "event.data.nope > 1.0" })).toEqual({
      kind: "no_match",
      reasons: ["when: No such key: nope"],
    });
    expect(run({ when: "event.data.list[7] == 1.0" })).toEqual({
      kind: "no_match",
      reasons: ["when: index out of bounds"],
    });
    expect(run({ when: 'event.subject == "x"' }).kind).toBe("no_match");
  });

  test("that meets another type is an error that quotes no data", () => {
    const result = run({ when: "event.data.userId > 3" });
    expect(result).toMatchObject({
      kind: "error",
      error: { code: "rule_failed", class: "permanent" },
    });
    expect(JSON.stringify(result)).not.toContain("u1");
  });
});

describe("recipients", () => {
  test("are ids, numbers as ids, inline recipients, and lists of them", () => {
    const result = run({
      recipients: [
        "event.data.customer",
        "event.data.watchers",
        '{"id": "x", "attributes": {"n": 3}}',
      ],
    });
    expect(result).toEqual({
      kind: "match",
      recipients: ["42", "u1", { email: "a@example.com" }, { id: "x", attributes: { n: 3 } }],
      audiences: [],
      reasons: [],
    });
  });

  test("that are missing, null or none are left out with a reason", () => {
    const recipients = ["event.data.nope", "event.data.blank", '"not an id"', "event.data.userId"];
    const result = run({ recipients });
    expect(result).toMatchObject({ kind: "match", recipients: ["u1"] });
    expect(result).toHaveProperty("reasons.length", 3);
    expect(run({ recipients: ["event.data.nope"] })).toMatchObject({ kind: "no_match" });
  });

  test("over the limit fail the rule", () => {
    const many = { ...event, data: { all: Array.from({ length: 1_001 }, (_, at) => `u${at}`) } };
    expect(run({ recipients: ["event.data.all"] }, many)).toMatchObject({ kind: "error" });
  });
});

describe("what is refused, with its place", () => {
  test.each([
    ["a syntax error", { when: "event.data.total >" }, "/when", "line 1, column 19"],
    ["an unknown field of the event", { when: "event.dta.x == 1" }, "/when", "line 1, column 7"],
    ["a second line", { when: "event.data.total > 0 &&\n oops" }, "/when", "line 2, column 2"],
    ["a condition that is no condition", { when: "size(event.id)" }, "/when", "gives int"],
    [
      "recipients of a wrong type",
      { recipients: ["event.data.userId", "true"] },
      "/recipients/1",
      "gives bool",
    ],
    ["a pattern", { when: 'event.id.matches("(a+)+$")' }, "/when", "`matches` is not available"],
    ["a binding", { when: "cel.bind(a, event.id + event.id, a == a)" }, "/when", "`cel.bind`"],
    [
      "deep loops",
      { when: "event.data.a.all(x, event.data.a.all(y, event.data.a.all(z, x == z)))" },
      "/when",
      "loops may be nested 2 deep",
    ],
    ["a star in the middle", { on: "com.*.shipped" }, "/on", "at the end"],
  ])("%s", (_, definition, pointer, detail) => {
    expect(problems(definition)).toEqual([{ pointer, detail: expect.stringContaining(detail) }]);
  });
});

test("nested loops over long lists are refused at run time", () => {
  const long = {
    ...event,
    data: { list: Array.from({ length: 2_000 }, (_, at) => at), userId: "u1" },
  };
  const when = "event.data.list.all(x, event.data.list.exists(y, x == y))";
  expect(run({ when }, long)).toMatchObject({ kind: "error" });
  expect(run({ when }).kind).toBe("match");
});

test("a trailing star matches any ending of the type", () => {
  const compiled = compile({ on: "com.example.*" });
  if (!compiled.ok) throw new Error("does not compile");
  expect(compiled.rule.matchesType("com.example.order.shipped")).toBe(true);
  expect(compiled.rule.matchesType("com.other")).toBe(false);
});
