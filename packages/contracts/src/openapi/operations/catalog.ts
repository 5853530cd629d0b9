import { z } from "zod";
import type { ErrorCode } from "../../errors.ts";
import { CategoryView, RuleView, TemplateView, WorkflowView } from "../../schemas/catalog-view.ts";
import { CategoryDefinition } from "../../schemas/category.ts";
import { RuleDefinition } from "../../schemas/rule.ts";
import { PreviewRequest, PreviewView, TemplateDefinition } from "../../schemas/template.ts";
import { EntryPage, PageQuery } from "../answers.ts";
import { WorkflowDefinition } from "../../schemas/workflow.ts";
import type { Operation } from "../operation.ts";

type Kind = {
  /** Singular, as in `putTemplate`. */
  name: string;
  path: string;
  tag: string;
  definition: z.ZodType;
  view: z.ZodType;
  entry: string;
  example: object;
  errors: readonly ErrorCode[];
};

const kinds: Kind[] = [
  {
    name: "Template",
    path: "/v1/templates",
    tag: "Templates",
    definition: TemplateDefinition,
    view: TemplateView,
    entry: "order-shipped",
    example: {
      channels: {
        email: {
          subject: "Order {{orderNo}} is on its way",
          html: "<p>Hello {{recipient.attributes.name}}!</p>",
        },
        inapp: { title: "Order {{orderNo}} is on its way" },
      },
      locales: { de: { channels: { inapp: { title: "Bestellung {{orderNo}} ist unterwegs" } } } },
      category: "orders",
    },
    errors: ["broken_template"],
  },
  {
    name: "Rule",
    path: "/v1/rules",
    tag: "Rules",
    definition: RuleDefinition,
    view: RuleView,
    entry: "order-shipped",
    example: {
      on: "com.example.order.shipped",
      when: "event.data.total > 0.0",
      recipients: ["event.data.customer"],
      channels: ["email", "inapp"],
      template: "order-shipped",
      category: "orders",
      lane: "normal",
    },
    errors: ["broken_rule", "unknown_template", "unknown_workflow", "unknown_channel"],
  },
  {
    name: "Workflow",
    path: "/v1/workflows",
    tag: "Workflows",
    definition: WorkflowDefinition,
    view: WorkflowView,
    entry: "order-shipped",
    example: {
      steps: [
        {
          type: "send",
          name: "tell",
          template: "order-shipped",
          channels: ["inapp"],
          strategy: "all",
          until: "sent",
          within: "PT10M",
          required: true,
        },
        {
          type: "wait",
          name: "seen",
          for: "tell",
          until: "read",
          within: "PT10M",
          otherwise: "remind",
          next: "end",
        },
        {
          type: "send",
          name: "remind",
          template: "order-shipped",
          channels: ["push", "sms"],
          strategy: "first",
          until: "delivered",
          within: "PT2M",
          required: true,
        },
      ],
      category: "orders",
    },
    errors: ["broken_workflow", "unknown_template"],
  },
  {
    name: "Category",
    path: "/v1/categories",
    tag: "Categories",
    definition: CategoryDefinition,
    view: CategoryView,
    entry: "marketing",
    example: { onUnknown: "at_most_once", required: false, optOut: true },
    errors: [],
  },
];

const plural = (name: string) => (name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`);

function operationsOf(kind: Kind): Operation[] {
  const stored = {
    name: kind.entry,
    version: 3,
    definition: kind.example,
    createdAt: "2026-05-04T09:00:00.000Z",
  };
  return [...writing(kind, stored), ...reading(kind, stored)];
}

type Stored = { name: string; version: number; definition: object; createdAt: string };

function writing(
  { name, path, tag, definition, view, example, errors }: Kind,
  stored: Stored,
): Operation[] {
  const word = name.toLowerCase();
  const one = `${path}/{name}`;
  return [
    {
      id: `put${name}`,
      method: "put",
      path: one,
      tag,
      summary: `Make a ${word} live`,
      description:
        "Every change is a new immutable version; a definition equal to the live one changes nothing.",
      scope: "admin",
      body: { schema: definition, example },
      answers: {
        200: { description: "Equal to the live version", schema: view, example: stored },
        201: { description: "A new version", schema: view, example: stored },
      },
      errors: ["malformed_request", ...errors],
    },
    {
      id: `delete${name}`,
      method: "delete",
      path: one,
      tag,
      summary: `Take a ${word} out of use`,
      description: "What was accepted before still uses the version it was pinned to.",
      scope: "admin",
      answers: { 204: { description: "Deleted" } },
      errors: ["not_found", "malformed_request"],
    },
  ];
}

function reading({ name, path, tag, view }: Kind, stored: Stored): Operation[] {
  const word = name.toLowerCase();
  const { definition: _, ...listed } = stored;
  return [
    {
      id: `get${name}`,
      method: "get",
      path: `${path}/{name}`,
      tag,
      summary: `Read a ${word}`,
      scope: "admin",
      query: z.object({
        version: z.int().min(1).optional().describe("Left out: the live version"),
      }),
      answers: { 200: { description: "The version", schema: view, example: stored } },
      errors: ["not_found"],
    },
    {
      id: `list${plural(name)}`,
      method: "get",
      path,
      tag,
      summary: `List live ${plural(word)} by name`,
      scope: "admin",
      query: PageQuery,
      answers: {
        200: {
          description: "A page",
          schema: EntryPage,
          example: { data: [listed], nextCursor: null },
        },
      },
    },
  ];
}

const preview: Operation = {
  id: "previewTemplate",
  method: "post",
  path: "/v1/templates/{name}/preview",
  tag: "Templates",
  summary: "Render a template with sample data",
  description: "A missing value is 422 and its pointer names where it belongs in this body.",
  scope: "admin",
  body: { schema: PreviewRequest, example: { channel: "inapp", data: { orderNo: "A-17" } } },
  answers: {
    200: {
      description: "What recipients would get",
      schema: PreviewView,
      example: {
        name: "order-shipped",
        version: 3,
        channels: { inapp: { locale: "default", content: { title: "Order A-17 is on its way" } } },
        requiredPaths: ["orderNo", "recipient.attributes.name"],
      },
    },
  },
  errors: ["not_found", "malformed_request"],
};

export const catalogOperations: Operation[] = [...kinds.flatMap(operationsOf), preview];
