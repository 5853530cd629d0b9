import { z } from "zod";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { type JsonObject, nameSchemas, type NamedSchemas, propertiesOf } from "../json-schema.ts";
import { NAMED_ANSWERS, NAMED_BODIES } from "./named-schemas.ts";
import { type DocumentedAnswer, errorsOf, type Operation } from "./operation.ts";
import { OPERATIONS } from "./operations/index.ts";
import { problemResponses, SHARED_PARAMETERS } from "./shared-components.ts";

type Schemas = { bodies: NamedSchemas; answers: NamedSchemas };

/** The REST API as OpenAPI 3.1, made from the operation table and the schemas. */
export function openApiDocument(operations: readonly Operation[] = OPERATIONS): JsonObject {
  const schemas = {
    bodies: nameSchemas("input", NAMED_BODIES),
    answers: nameSchemas("output", NAMED_ANSWERS),
  };
  const paths: Record<string, JsonObject> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method] = describe(operation, schemas);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "PulseCourier",
      version: "1.0.0",
      summary: "Events in, notifications out, and what happened to each",
      description:
        "Times are RFC 3339, ids are opaque. Every error is `application/problem+json` (RFC 9457) with a stable " +
        "`code`; unknown fields are refused. The API key names the tenant.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "An API key with the scope the call names",
        },
        recipientToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "From `POST /v1/recipients/{id}/tokens`",
        },
      },
      parameters: SHARED_PARAMETERS,
      responses: problemResponses(operations),
      schemas: { ...schemas.answers.components(), ...schemas.bodies.components() },
    },
  };
}

function describe(operation: Operation, schemas: Schemas): JsonObject {
  const { id, tag, summary, description, scope, body } = operation;
  const needed =
    scope === "none" || scope === "inbox" ? undefined : `Needs a key with the scope \`${scope}\`.`;
  const text = [description, needed].filter((part) => part !== undefined).join("\n\n");
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(text !== "" && { description: text }),
    security: scope === "none" ? [] : [scope === "inbox" ? { recipientToken: [] } : { apiKey: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: bodyOf(operation, body, schemas) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [
          status,
          answerOf(answer, `${capital(id)}Answer`, schemas),
        ]),
      ),
      ...problemsOf(operation),
    },
  };
}

function parametersOf({ path, query, idempotent }: Operation): JsonObject[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery =
    query === undefined
      ? []
      : propertiesOf(query).map((parameter) => ({ in: "query", ...parameter }));
  const key = idempotent === undefined ? [] : [{ $ref: "#/components/parameters/IdempotencyKey" }];
  return [...inPath, ...inQuery, ...key];
}

function bodyOf(
  { id }: Operation,
  body: NonNullable<Operation["body"]>,
  { bodies }: Schemas,
): JsonObject {
  const content = {
    schema: bodies.reference(body.schema, `${capital(id)}Body`),
    example: body.example,
  };
  const mediaTypes = body.mediaTypes ?? ["application/json"];
  return {
    required: true,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, content])),
  };
}

function answerOf(answer: DocumentedAnswer, fallback: string, { answers }: Schemas): JsonObject {
  const { description, schema, example, mediaType } = answer;
  if (schema === undefined) {
    if (mediaType === undefined) return { description };
    return { description, content: { [mediaType]: {} } };
  }
  const media = {
    schema: answers.reference(schema, fallback),
    ...(example !== undefined && { example }),
  };
  return { description, content: { "application/json": media } };
}

/** One response per status; its description lists which errors of the catalogue it stands for here. */
function problemsOf(operation: Operation): JsonObject {
  const byStatus = Map.groupBy(
    errorsOf(operation),
    (code: ErrorCode) => ERRORS[code].status ?? 500,
  );
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        $ref: `#/components/responses/Problem${status}`,
        description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join("\n\n"),
      },
    ]),
  );
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** True when every example of an operation fits its schema; the places where it does not otherwise. */
export function exampleProblems({ id, body, answers }: Operation): string[] {
  const examples: [z.ZodType, unknown][] = [
    ...(body === undefined ? [] : [[body.schema, body.example] satisfies [z.ZodType, unknown]]),
    ...Object.values(answers).flatMap(({ schema, example }): [z.ZodType, unknown][] =>
      schema === undefined || example === undefined ? [] : [[schema, example]],
    ),
  ];
  return examples.flatMap(([schema, example]) =>
    (schema.safeParse(example).error?.issues ?? []).map(
      (issue) => `${id}: ${issue.path.join(".")} ${issue.message}`,
    ),
  );
}
