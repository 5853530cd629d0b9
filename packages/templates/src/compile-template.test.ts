import { TemplateDefinition } from "@pulsecourier/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileTemplate, requiredPaths } from "./compile-template.ts";
import { renderChannel } from "./render-channel.ts";

const text = (source: string) => ({ channels: { sms: { text: source } } });

describe("problems", () => {
  test.each([
    ["line 1\n{{#if a}}", 2, undefined, "not closed"],
    ["{{x", 1, undefined, "braces are not closed"],
    ["{{#if a}}{{/each}}", 1, 4, "doesn't match"],
    ["\n  {{shout x}}", 2, 3, "unknown helper `shout`"],
    ["{{#list x}}{{/list}}", 1, 1, "unknown block `#list`"],
    ["{{> row}}", 1, 1, "there is no partial `row`"],
    ["{{{x}}}", 1, 1, "only allowed in html"],
    ["{{upper a b}}", 1, 1, "`upper value`"],
    ["{{date a zone=1}}", 1, 1, "no option zone"],
    ["{{@index}}", 1, 3, "does not exist here"],
    ["{{../x}}", 1, 3, "does not exist here"],
    ["{{__out x 0}}", 1, 1, "unknown helper"],
    ["{{#> x}}{{/x}}", 1, 1, "not supported"],
    ['{{#*inline "x"}}{{/inline}}', 1, 1, "not supported"],
  ])("%j is refused with its place", (source, line, column, detail) => {
    const result = compileTemplate(text(source));
    expect(result).toMatchObject({
      ok: false,
      problems: [{ pointer: "/channels/sms/text", line }],
    });
    expect(result.ok ? undefined : result.problems[0]?.column).toBe(column);
    expect(result.ok ? undefined : result.problems[0]?.detail).toContain(detail);
  });

  test("each field, locale and partial is told", () => {
    const result = compileTemplate({
      channels: { email: { subject: "{{a", html: "{{b" } },
      locales: { "pt-BR": { channels: { sms: { text: "{{c" } } } },
      partials: { row: "{{d" },
      layout: "gone",
    });
    expect(result.ok ? [] : result.problems.map((problem) => problem.pointer)).toEqual([
      "/layout",
      "/partials/row",
      "/channels/email/subject",
      "/channels/email/html",
      "/locales/pt-BR/channels/sms/text",
    ]);
  });

  test.each([
    ["parentheses", `{{upper ${"(upper ".repeat(30_000)}x${")".repeat(30_000)}}}`],
    ["blocks", "{{#if a}}".repeat(900) + "{{/if}}".repeat(900)],
    ["else chains", `{{#if a}}${"{{else if b}}".repeat(1_900)}{{/if}}`],
    ["long paths", `{{${"a.".repeat(100_000)}a}}`],
    ["too long a source", "x".repeat(300_000)],
  ])("%s that would keep the parser busy are refused soon", (_name, source) => {
    const start = performance.now();
    expect(compileTemplate(text(source)).ok).toBe(false);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test("partials neither include themselves nor multiply without end", () => {
    expect(
      compileTemplate({ ...text("{{> a}}"), partials: { a: "{{> b}}", b: "{{> a}}" } }).ok,
    ).toBe(false);
    const names = ["a", "b", "c", "d", "e", "f"];
    const bomb = Object.fromEntries(
      names.map((name, i) => [name, `{{> ${names[i + 1] ?? "end"}}}`.repeat(10)]),
    );
    expect(compileTemplate({ ...text("{{> a}}"), partials: { ...bomb, end: "x" } }).ok).toBe(false);
  });
});

test("no source and no data makes it throw", () => {
  const piece = fc.constantFrom(
    ..."{{ }} {{{ }}} {{# {{/ {{^ {{else}} {{> each if with upper default a b.c ../a this @index @root . \" ' ( ) | as = [ ] ~ \\ & ! -- <p> \n".split(
      " ",
    ),
  );
  const source = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(" ")),
  );
  fc.assert(
    fc.property(source, fc.dictionary(fc.constantFrom("a", "b"), fc.jsonValue()), (html, data) => {
      const result = compileTemplate({
        channels: { email: { subject: html, html } },
        partials: { a: html },
      });
      if (result.ok) renderChannel(result.template, { channel: "email", data, recipient: {} });
    }),
    { numRuns: 500 },
  );
});

describe("layouts", () => {
  const brand = {
    channels: {
      email: {
        html: "<html><body>{{> logo}}<main>{{{body}}}</main><p>{{unsubscribeUrl}}</p></body></html>",
      },
    },
    partials: { logo: "<h1>Brand</h1>" },
  };
  const definition = {
    layout: "brand",
    channels: { email: { subject: "s", html: "<b>{{x}}</b>" } },
  };

  test("wrap the field and its derived text, with the same variables", () => {
    const result = compileTemplate(definition, {
      resolve: (name) => (name === "brand" ? brand : null),
    });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const data = { x: "<1>", unsubscribeUrl: "U" };
    expect(renderChannel(result.template, { channel: "email", data, recipient: {} })).toMatchObject(
      {
        content: {
          html: "<html><body><h1>Brand</h1><main><b>&lt;1&gt;</b></main><p>U</p></body></html>",
          text: "Brand\n\n<1>\n\nU",
        },
      },
    );
    expect(requiredPaths(result.template)).toEqual(["unsubscribeUrl", "x"]);
  });

  test.each([
    ["without a place for the body", "<p></p>"],
    ["with the body in a loop", "{{#each x}}{{{body}}}{{/each}}"],
    ["that do not parse", "{{#if}}{{{body}}}"],
  ])("%s are refused at /layout", (_name, html) => {
    const result = compileTemplate(definition, {
      resolve: () => ({ channels: { email: { html } } }),
    });
    expect(result).toMatchObject({ ok: false, problems: [{ pointer: "/layout" }] });
  });
});

test("the paths a template needs", () => {
  const result = compileTemplate(
    text("{{a.b}}{{#each items}}{{name}}{{../c}}{{/each}}{{#if maybe}}{{/if}}{{default d 1}}"),
  );
  expect(result.ok && requiredPaths(result.template)).toEqual([
    "a.b",
    "c",
    "items",
    "items.*.name",
  ]);
});

test("a definition as the contract parses it compiles", () => {
  const body = {
    channels: { inapp: { title: "{{a}}" } },
    locales: { pt: { channels: { inapp: { title: "b" } } } },
  };
  const result = compileTemplate(TemplateDefinition.parse(body));
  expect(result.ok && [...result.template.locales.keys()]).toEqual(["default", "pt"]);
});
