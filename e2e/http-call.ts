import { expect } from "vitest";

export type Call = {
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string;
  key?: string | null;
  headers?: Record<string, string>;
};
export type Reply = { status: number; headers: Headers; body: unknown };
export type Refusal = { status: number; code: string; pointer?: string; says: RegExp };
export type Caller = (line: string, call?: Call) => Promise<Reply>;

/** Calls of the API as a client makes them, under `key` unless the call names another; `line` is method and path. */
export function createCaller(url: string, key: string): Caller {
  return async (line, call = {}) => {
    const [method = "", path = ""] = line.split(" ");
    const payload = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const bearer = call.key === undefined ? key : call.key;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(payload !== undefined && { "content-type": "application/json" }),
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...call.headers,
      },
      ...(payload !== undefined && { body: payload }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
}

/** A whole problem document that names the place and says what to do. */
export function expectRefusal(reply: Reply, { status, code, pointer, says }: Refusal): void {
  expect(reply.body).toMatchObject({
    status,
    code,
    type: `urn:pulsecourier:problem:${code}`,
    title: expect.stringMatching(/\w/),
    detail: expect.stringMatching(/\w/),
    requestId: reply.headers.get("x-request-id"),
    ...(pointer === undefined
      ? {}
      : { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) }),
  });
  expect(JSON.stringify(reply.body)).toMatch(says);
  expect(reply.headers.get("content-type")).toBe("application/problem+json");
  expect(reply.status).toBe(status);
}
