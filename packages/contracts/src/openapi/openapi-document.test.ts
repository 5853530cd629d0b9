import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { exampleProblems, openApiDocument } from "./openapi-document.ts";
import { OPERATIONS } from "./operations/index.ts";

test("the document is valid OpenAPI 3.1 and every reference leads somewhere", async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(openApiDocument()));
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  expect(danglingReferences(openApiDocument())).toEqual([]);
});

test("operation ids are unique, and so is each method of a path", () => {
  const ids = OPERATIONS.map(({ id }) => id);
  const calls = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(calls).size).toBe(calls.length);
});

test("every example fits its schema", () => {
  expect(OPERATIONS.flatMap(exampleProblems)).toEqual([]);
});

test("an example that does not fit is found", () => {
  const [operation] = OPERATIONS.filter(({ id }) => id === "sendNotification");
  const broken = operation?.body && {
    ...operation,
    body: { ...operation.body, example: { too: "u1" } },
  };
  expect(broken && exampleProblems(broken)).not.toEqual([]);
});

function danglingReferences(document: object): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
    ([, path = ""]) => path,
  );
  return references.filter((path) => {
    const steps = path.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    return steps.reduce<unknown>((at, step) => Object(at)[step], document) === undefined;
  });
}
