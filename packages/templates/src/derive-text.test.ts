import { describe, expect, test } from "vitest";
import { compileTemplate } from "./compile-template.ts";
import { deriveTextSource } from "./derive-text.ts";
import { renderChannel } from "./render-channel.ts";

test("markup goes, tags and link targets stay", () => {
  const html =
    '<h1>Hi {{name}}</h1><p>a &amp; b <a href="{{url}}">Track</a> <a href="{{url}}">{{url}}</a></p><img src="x">';
  expect(deriveTextSource(html)).toBe("Hi {{name}}\n\na & b Track [{{url}}] {{url}}");
});

describe("where the source cannot be derived the rendered html is converted", () => {
  test.each([
    ["a block in an attribute", '<a {{#if u}}href="{{u}}"{{/if}}>x</a>', "x [U]"],
    ["raw html", "<p>{{{h}}}</p>", "bold"],
    ["escaped braces", "<p>\\{{u}}</p>", "{{u}}"],
    ["a backslash as entity", "<p>&#92;{{u}}</p>", "\\U"],
    ["braces as entities", "<p>&#123;&#123;u}}</p>", "{{u}}"],
    [
      "a block in a head",
      "<html><head>{{#if u}}<title>t</title>{{/if}}</head><body>b</body></html>",
      "b",
    ],
  ])("%s", (_name, html, text) => {
    expect(deriveTextSource(html)).toBeNull();
    const result = compileTemplate({ channels: { email: { subject: "s", html } } });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const data = { u: "U", h: "<b>bold</b>" };
    expect(renderChannel(result.template, { channel: "email", data, recipient: {} })).toMatchObject(
      { content: { text } },
    );
  });
});

test("what blocks leave out leaves no gap", () => {
  const html =
    "<p>a</p>\n{{#if x}}<p>b</p>{{/if}}\n<ul>{{#each l}}<li>{{this}}</li>{{/each}}</ul><p>c</p>";
  const result = compileTemplate({ channels: { email: { subject: "s", html } } });
  if (!result.ok) throw new Error("does not compile");
  const rendered = renderChannel(result.template, {
    channel: "email",
    data: { l: ["<1>", "2"] },
    recipient: {},
  });
  expect(rendered).toMatchObject({
    content: { text: expect.stringMatching(/^a\n\n+ \* <1>\n \* 2\n\nc$/) },
  });
});

test("table rows are lines, also where a partial makes them", () => {
  const html =
    "<table>{{#each l}}{{> row this}}{{/each}}<tr><td>sum</td><td>{{sum}}</td></tr></table>";
  const partials = { row: "<tr><td>{{name}}</td><td>{{qty}}</td></tr>" };
  const result = compileTemplate({ partials, channels: { email: { subject: "s", html } } });
  if (!result.ok) throw new Error("does not compile");
  const data = {
    l: [
      { name: "a", qty: 1 },
      { name: "b", qty: 2 },
    ],
    sum: 3,
  };
  const rendered = renderChannel(result.template, { channel: "email", data, recipient: {} });
  expect(rendered).toMatchObject({ content: { text: "a 1\nb 2\nsum 3" } });
});
