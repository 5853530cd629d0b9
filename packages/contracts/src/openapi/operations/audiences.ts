import { z } from "zod";
import {
  AudienceInput,
  AudienceView,
  MAX_MEMBERS_FILE_BYTES,
  MembersChange,
  UploadResult,
} from "../../schemas/audience.ts";
import {
  AddedMembers,
  AudiencePage,
  MemberPage,
  PageQuery,
  RemovedMembers,
  Subscribed,
} from "../answers.ts";
import type { Operation } from "../operation.ts";

const tag = "Audiences";
const view = {
  name: "newsletter",
  description: "The monthly letter",
  open: true,
  createdAt: "2026-05-04T09:00:00.000Z",
  updatedAt: "2026-05-04T09:00:00.000Z",
  members: 48_213,
};
const recipients = ["customer-1", "customer-2"];
const subscribed = {
  description: "Subscribed",
  schema: Subscribed,
  example: { topic: "newsletter", recipient: "customer-2" },
};

export const audienceOperations: Operation[] = [
  {
    id: "putAudience",
    method: "put",
    path: "/v1/audiences/{name}",
    tag,
    summary: "Create an audience, or change what it says of itself",
    description:
      "Its members stay. An `open` one is a topic: recipients may subscribe themselves at " +
      "`POST /v1/topics/{name}/subscribers`.",
    scope: "admin",
    body: { schema: AudienceInput, example: { description: "The monthly letter", open: true } },
    answers: {
      200: { description: "Changed", schema: AudienceView, example: view },
      201: { description: "Created", schema: AudienceView, example: { ...view, members: 0 } },
    },
    errors: ["malformed_request"],
  },
  {
    id: "getAudience",
    method: "get",
    path: "/v1/audiences/{name}",
    tag,
    summary: "Read an audience with the number of its members",
    scope: "admin",
    answers: { 200: { description: "The audience", schema: AudienceView, example: view } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "listAudiences",
    method: "get",
    path: "/v1/audiences",
    tag,
    summary: "List audiences by name",
    scope: "admin",
    query: PageQuery,
    answers: { 200: { description: "A page of audiences", schema: AudiencePage } },
  },
  {
    id: "deleteAudience",
    method: "delete",
    path: "/v1/audiences/{name}",
    tag,
    summary: "Delete an audience",
    description: "Its recipients stay. A fan-out on its way to it ends with the page it is at.",
    scope: "admin",
    answers: { 204: { description: "Deleted" } },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "addMembers",
    method: "post",
    path: "/v1/audiences/{name}/members",
    tag,
    summary: "Add up to 1,000 recipients",
    description: "A recipient need not be in the directory yet.",
    scope: "admin",
    body: { schema: MembersChange, example: { recipients } },
    answers: {
      200: {
        description: "How many are new",
        schema: AddedMembers,
        example: { added: 1, alreadyMembers: 1 },
      },
    },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "removeMembers",
    method: "delete",
    path: "/v1/audiences/{name}/members",
    tag,
    summary: "Remove up to 1,000 recipients",
    scope: "admin",
    body: { schema: MembersChange, example: { recipients } },
    answers: {
      200: {
        description: "How many were members",
        schema: RemovedMembers,
        example: { removed: 2, notMembers: 0 },
      },
    },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "listMembers",
    method: "get",
    path: "/v1/audiences/{name}/members",
    tag,
    summary: "List members by recipient id",
    scope: "admin",
    query: PageQuery,
    answers: { 200: { description: "A page of members", schema: MemberPage } },
    errors: ["not_found"],
  },
  {
    id: "uploadMembers",
    method: "post",
    path: "/v1/audiences/{name}/upload",
    tag,
    summary: "Add the recipients of a file",
    description:
      'NDJSON, a line an id (`"customer-1"` or `{"id":"customer-1"}`), or CSV, whose first field is the id; a header ' +
      "`id`, `recipient` or `recipient_id` is left out. The file is read as it comes in; the good lines are added, " +
      `the bad ones told. At most ${MAX_MEMBERS_FILE_BYTES} bytes, sent within a minute. After an error a part may be in; repeat it, ` +
      "nobody gets in twice.",
    scope: "admin",
    body: {
      schema: z.string().meta({ description: "The file" }),
      mediaTypes: ["application/x-ndjson", "text/csv"],
      example: '"customer-1"\n"customer-2"\n',
    },
    answers: {
      200: {
        description: "How many are new, and the bad lines",
        schema: UploadResult,
        example: {
          lines: 3,
          added: 1,
          alreadyMembers: 1,
          bad: 1,
          badLines: [{ line: 3, detail: "is not JSON" }],
        },
      },
    },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "subscribe",
    method: "post",
    path: "/v1/topics/{name}/subscribers",
    tag,
    summary: "Subscribe the recipient whose token it is",
    description: "A topic is an open audience. Keys add members to it as to any audience.",
    scope: "inbox",
    answers: { 200: { ...subscribed, description: "It was subscribed before" }, 201: subscribed },
    errors: ["not_found", "malformed_request"],
  },
  {
    id: "unsubscribeFromTopic",
    method: "delete",
    path: "/v1/topics/{name}/subscribers",
    tag,
    summary: "End the subscription of the recipient whose token it is",
    scope: "inbox",
    answers: { 204: { description: "Not subscribed any more" } },
    errors: ["not_found", "malformed_request"],
  },
];
