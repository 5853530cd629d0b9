import specs from "@asyncapi/specs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { LifecycleFact } from "../schemas/lifecycle.ts";
import { topicNames, topicTable } from "../topics.ts";
import { asyncApiDocument } from "./asyncapi-document.ts";

const text = JSON.stringify(asyncApiDocument());
const document = JSON.parse(text);

test("the document is valid AsyncAPI 3.0", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(specs.schemasWithoutId["3.0.0"]);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
});

test("it names every topic, with a writer, a reader and at least one message", () => {
  const topics = topicTable(topicNames()).map(({ name }) => name);
  expect(Object.keys(document.channels)).toEqual(topics);
  for (const topic of topics) {
    expect(Object.keys(document.channels[topic].messages)).not.toEqual([]);
    expect(document.operations[`send.${topic}`].action).toBe("send");
    expect(document.operations[`receive.${topic}`].bindings.kafka.groupId.const).toMatch(
      /^pulse\.[a-z-]+$/,
    );
  }
});

test("every lifecycle fact is a message of the lifecycle topic", () => {
  const facts = LifecycleFact.options.map((fact) => fact.shape.type.value);
  expect(Object.keys(document.channels["pulse.lifecycle.v1"].messages)).toEqual(facts);
});

test("every reference leads somewhere", () => {
  for (const [, path = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = path.split("/").reduce<unknown>((at, step) => Object(at)[step], document);
    expect(target, path).toBeDefined();
  }
});
