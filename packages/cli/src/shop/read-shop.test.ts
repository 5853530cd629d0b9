import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { readShop } from "./read-shop.ts";

const sample = fileURLToPath(new URL("../../../../examples/shop", import.meta.url));
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "shop-"));
  return () => rmSync(dir, { recursive: true });
});

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

test("files become what is PUT", () => {
  write({
    "templates/hello/email.subject.hbs": "Hello {{name}}\n",
    "templates/hello/inapp.title.hbs": "Hi\n",
    "templates/hello/template.json": '{"category":"news"}',
    "templates/hello/locales/de/email.subject.hbs": "Hallo {{name}}\n",
    "workflows/hello.yaml": "steps: []",
    "stories/told.json": '{"title":"Told","steps":[],"expected":{}}',
    "rules/hello.json": '{"on":"a.b"}',
    "recipients.json": '{"r1":{"email":"r1@example.com"}}',
    "events/e1.json": '{"type":"a.b","source":"/s","data":{}}',
    "expected.json": '{"e1":{"r1":["email"]}}',
  });
  expect(readShop(dir)).toEqual({
    categories: {},
    templates: {
      hello: {
        category: "news",
        channels: { email: { subject: "Hello {{name}}" }, inapp: { title: "Hi" } },
        locales: { de: { channels: { email: { subject: "Hallo {{name}}" } } } },
      },
    },
    workflows: { hello: { steps: [] } },
    rules: { hello: { on: "a.b" } },
    recipients: { r1: { email: "r1@example.com" } },
    events: { e1: { type: "a.b", source: "/s", data: {} } },
    expected: { e1: { r1: ["email"] } },
    stories: { told: { title: "Told", steps: [], expected: {} } },
  });
});

test("a broken file is named, and so is a folder that is not there", () => {
  write({ "rules/bad.json": "{" });
  expect(() => readShop(dir)).toThrow(/rules\/bad\.json is not valid JSON: /);
  write({ "rules/bad.json": "{}", "workflows/bad.yaml": "steps: [" });
  expect(() => readShop(dir)).toThrow(/workflows\/bad\.yaml is not valid YAML: /);
  expect(() => readShop(join(dir, "nowhere"))).toThrow("There is no folder");
});

test("the sample shop says of each of its events who is to be reached", () => {
  const { events, expected } = readShop(sample);
  expect(Object.keys(expected).toSorted()).toEqual(Object.keys(events).toSorted());
});
