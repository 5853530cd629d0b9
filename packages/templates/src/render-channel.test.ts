import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileTemplate } from "./compile-template.ts";
import { renderChannel } from "./render-channel.ts";
import type { RenderRequest, RenderResult, TemplateSource } from "./template-types.ts";

function render(
  definition: TemplateSource,
  request: Partial<RenderRequest> & { channel: string },
): RenderResult {
  const compiled = compileTemplate(definition);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return renderChannel(compiled.template, { data: {}, recipient: {}, ...request });
}

function sms(
  text: string,
  data: Record<string, unknown> = {},
  more: Partial<RenderRequest> = {},
): string {
  const result = render({ channels: { sms: { text } } }, { channel: "sms", data, ...more });
  return result.ok ? (result.content["text"] ?? "") : `${result.error.code} ${result.error.path}`;
}

describe("missing values", () => {
  test.each([
    ["{{order.no}}", {}, "order.no"],
    ["{{order.no}}", { order: { no: null } }, "order.no"],
    ["{{upper order.no}}", { order: {} }, "order.no"],
    ["{{#each order.items}}{{name}}{{/each}}", { order: { items: [{}] } }, "order.items.0.name"],
    [
      "{{#each a}}{{#each b}}{{c}}{{/each}}{{/each}}",
      { a: [{ b: [] }, { b: [{ c: 1 }, {}] }] },
      "a.1.b.1.c",
    ],
    ["{{#each a}}{{#each @root.b}}{{c}}{{/each}}{{/each}}", { a: [1], b: [{ c: 1 }, {}] }, "b.1.c"],
    ["{{#each a}}{{#if this}}{{../b}}{{/if}}{{/each}}", { a: [1] }, "b"],
    ["{{#each a as |item|}}{{item.x}}{{/each}}", { a: [{ x: 1 }, {}] }, "a.1.x"],
    ["{{#each a}}{{x}}{{/each}}", { a: { left: {} } }, "a.left.x"],
    ["{{#with order}}{{no}}{{/with}}", { order: { a: 1 } }, "order.no"],
    ["{{#each order.items}}x{{/each}}", {}, "order.items"],
    ["{{constructor}}", {}, "constructor"],
    ["{{a.__proto__}}", { a: {} }, "a.__proto__"],
    ["{{lookup a 'toString'}}", { a: {} }, "(lookup a toString)"],
  ])("%s names the path in full", (source, data, path) => {
    expect(sms(source, data)).toBe(`template_value_missing ${path}`);
  });

  test.each([
    ["{{#if a.b}}yes{{else}}no{{/if}}", "no"],
    ["{{#unless a.b}}no{{/unless}}", "no"],
    ['{{default a.b "none"}}', "none"],
    ['{{default (upper a.b) "none"}}', "none"],
    ["{{#each a.b}}x{{else}}none{{/each}}", "none"],
    ["{{#with a.b}}x{{else}}none{{/with}}", "none"],
    ["{{#if (gt a.b 1)}}x{{else}}none{{/if}}", "none"],
  ])("%s allows for a missing value", (source, expected) => {
    expect(sms(source)).toBe(expected);
  });

  test("a partial's own names lead back to where the value came from", () => {
    const definition = {
      partials: { row: "{{item.name}}" },
      channels: { sms: { text: "{{#each items}}{{> row item=this}}{{/each}}" } },
    };
    const result = render(definition, { channel: "sms", data: { items: [{ name: "a" }, {}] } });
    expect(result).toMatchObject({
      error: { code: "template_value_missing", path: "items.1.name" },
    });
  });
});

describe("escaping", () => {
  test("no markup from data gets into html, nor is text escaped", () => {
    const definition = {
      channels: {
        email: {
          subject: "s",
          html: '<p title="{{v}}">{{v}}{{#each l}}{{this}}{{/each}}</p>',
          text: "{{v}}",
        },
      },
    };
    const compiled = compileTemplate(definition);
    if (!compiled.ok) throw new Error("does not compile");
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("<", ">", '"', "'", "&", "a", "{{v}}", "\u0000") }),
        (value) => {
          const result = renderChannel(compiled.template, {
            channel: "email",
            data: { v: value, l: [value] },
            recipient: {},
          });
          if (!result.ok) throw new Error(result.error.detail);
          const markup = result.content["html"]
            ?.replace(/^<p title="/, "")
            .replace("</p>", "")
            .replace('">', "");
          expect(markup).not.toMatch(/[<>"']/);
          expect(result.content["text"]).toBe(value);
        },
      ),
    );
  });

  test("JSON fields hold any value", () => {
    const definition = { channels: { webhook: { payload: '{"v":"{{v}}"}' } } };
    fc.assert(
      fc.property(fc.string(), (v) => {
        const result = render(definition, { channel: "webhook", data: { v } });
        expect(result.ok && JSON.parse(result.content["payload"] ?? "")).toEqual({ v });
      }),
      { numRuns: 50 },
    );
  });

  test("values of a WhatsApp template are what Meta takes", () => {
    const definition = { channels: { whatsapp: { template: "t", parameters: '["{{v}}", "b"]' } } };
    fc.assert(
      fc.property(fc.string(), fc.nat(9), (word, spaces) => {
        const v = `${word}\n${" ".repeat(spaces)}"x"\t`;
        const result = render(definition, { channel: "whatsapp", data: { v } });
        const [value, next] = JSON.parse(result.ok ? (result.content["parameters"] ?? "") : "");
        expect(value).toMatch(/"x" $/);
        expect(value).not.toMatch(/[\n\r\t]| {5}/);
        expect(next).toBe("b");
      }),
      { numRuns: 50 },
    );
  });

  test("data cannot call a Slack channel", () => {
    const result = render(
      { channels: { slack: { text: "{{v}}" } } },
      { channel: "slack", data: { v: "<!channel>" } },
    );
    expect(result).toMatchObject({ content: { text: "&lt;!channel&gt;" } });
  });

  test("data cannot make tags in Telegram's HTML, or end an attribute", () => {
    const result = render(
      { channels: { telegram: { text: '<a href="{{v}}">{{v}}</a>' } } },
      { channel: "telegram", data: { v: '"><b>&' } },
    );
    const shown = "&quot;&gt;&lt;b&gt;&amp;";
    expect(result).toMatchObject({ content: { text: `<a href="${shown}">${shown}</a>` } });
  });

  test.each(["a\r\nBcc: b@example.com", "a\nb", "a\u0000", "a\u2028b"])(
    "a subject refuses %j",
    (v) => {
      const result = render(
        { channels: { email: { subject: "{{v}}", text: "t" } } },
        { channel: "email", data: { v } },
      );
      expect(result).toMatchObject({ error: { code: "header_injection", path: "v" } });
    },
  );

  test("a subject written on several lines is one line; a title folds what data breaks", () => {
    const email = render(
      { channels: { email: { subject: " Order\n  {{v}}\n", text: "t" } } },
      { channel: "email", data: { v: 1 } },
    );
    expect(email).toMatchObject({ content: { subject: "Order 1" } });
    const inapp = render(
      { channels: { inapp: { title: "{{v}}" } } },
      { channel: "inapp", data: { v: "a\r\nb" } },
    );
    expect(inapp).toMatchObject({ content: { title: "a  b" } });
  });

  test("an object is no text", () => {
    expect(sms("{{v}}", { v: { a: 1 } })).toBe("template_failed v");
  });
});

describe("budget", () => {
  const rows = Array.from({ length: 3000 }, (_, index) => index);

  test.each([
    ["loops in loops", "{{#each r}}{{#each @root.r}}x{{/each}}{{/each}}", {}],
    ["loops that write nothing", "{{#each r}}{{#each @root.r}}{{/each}}{{/each}}", {}],
    ["a loop of long text", `{{#each r}}${"y".repeat(10_000)}{{/each}}`, {}],
    ["a long value many times", "{{v}}".repeat(1000), { v: "a".repeat(100_000) }],
  ])("%s end as too large", (_name, source, data) => {
    expect(sms(source, { r: rows, ...data })).toMatch(/^content_too_large/);
  });

  test("helpers that write nothing end by time", () => {
    const source = "{{#if (eq (upper v) 'y')}}a{{/if}}".repeat(900);
    expect(sms(source, { v: "ä".repeat(500_000) })).toMatch(/^template_failed/);
  });
});

describe("locales", () => {
  const definition = {
    channels: { inapp: { title: "default" }, sms: { text: "default" } },
    locales: {
      pt: { channels: { inapp: { title: "pt" }, sms: { text: "pt" } } },
      "pt-BR": { channels: { inapp: { title: "br" } } },
    },
  };
  test.each([
    ["inapp", "pt-BR", "pt-BR"],
    ["inapp", "pt_br", "pt-BR"],
    ["sms", "pt-BR", "pt"],
    ["sms", "pt-PT", "pt"],
    ["sms", "de-DE", "default"],
    ["sms", undefined, "default"],
    ["sms", "-", "default"],
  ])("%s for %s is %s", (channel, locale, localeUsed) => {
    expect(render(definition, { channel, locale })).toMatchObject({ ok: true, localeUsed });
  });

  test("a channel the template does not have", () => {
    expect(render(definition, { channel: "email" })).toMatchObject({
      error: { code: "channel_not_in_template" },
    });
  });
});

describe("helpers", () => {
  test.each([
    ['{{currency v "EUR"}}', { v: 1234.5 }, "1.234,50\u00a0€"],
    ["{{number v digits=1}}", { v: "1234.56" }, "1.234,6"],
    ['{{date v format="long"}}', { v: "2026-03-01T23:30:00Z" }, "2. März 2026"],
    ['{{date v format="long" tz="UTC"}}', { v: "2026-03-01T23:30:00Z" }, "1. März 2026"],
    ['{{plural v one="# item" other="# items"}}', { v: 1000 }, "1.000 items"],
    ['{{plural v one="# item" other="# items"}}', { v: 1 }, "1 item"],
    ["{{upper v}} {{lower v}}", { v: "aB" }, "AB ab"],
    ["{{truncate v 4}}", { v: "abcd" }, "abcd"],
    ["{{truncate v 4}}", { v: "abcde" }, "abc…"],
    ['{{truncate v 6 end="..."}}', { v: "abcdefg" }, "abc..."],
    ["{{truncate v 3}}", { v: "👩‍👩‍👧‍👦🇩🇪é👋" }, "👩‍👩‍👧‍👦🇩🇪…"],
    ["{{truncate v 4}}", { v: "👩‍👩‍👧‍👦🇩🇪é👋" }, "👩‍👩‍👧‍👦🇩🇪é👋"],
    ["{{#if (and v (not w) (or w v))}}yes{{/if}}", { v: 1 }, "yes"],
    ["{{lookup v k}}", { v: { a: 1 }, k: "a" }, "1"],
    ["{{number v}}", { v: "x" }, "template_failed undefined"],
    ['{{date v format="constructor"}}', { v: 0 }, "template_failed undefined"],
  ])("%s with %j", (source, data, expected) => {
    expect(sms(source, data, { locale: "de-DE", recipient: { timezone: "Europe/Berlin" } })).toBe(
      expected,
    );
  });
});

test("data can neither replace the recipient nor what the platform adds", () => {
  const text = "{{recipient.id}} {{unsubscribeUrl}}";
  const data = { recipient: { id: "x" }, unsubscribeUrl: "x" };
  expect(sms(text, data, { recipient: { id: "u" }, extra: { unsubscribeUrl: "https://u" } })).toBe(
    "u https://u",
  );
});
