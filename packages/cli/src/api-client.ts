import { messageOf } from "./message-of.ts";

/** A request the platform refused; the message is what a person should read. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Calls of the REST API under one key. Answers are parsed JSON; a refusal rejects with `ApiError`. */
export type Api = {
  get: <T>(path: string) => Promise<T>;
  post: <T>(path: string, body?: unknown) => Promise<T>;
  put: <T>(path: string, body: unknown) => Promise<T>;
  delete: (path: string) => Promise<void>;
};

/** A client of the gateway at `url`. Requests are given up after 30 s. */
export function createApi(url: string, key: string): Api {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await reach(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": contentType(path) },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(response.status, readable(method, path, text));
    return text === "" ? undefined : JSON.parse(text);
  }
  return {
    get: async <T>(path: string) => (await call("GET", path)) as T,
    post: async <T>(path: string, body?: unknown) => (await call("POST", path, body)) as T,
    put: async <T>(path: string, body: unknown) => (await call("PUT", path, body)) as T,
    delete: async (path) => {
      await call("DELETE", path);
    },
  };
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new Error(`The gateway at ${url.origin} does not answer: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function contentType(path: string): string {
  return path === "/v1/events" ? "application/cloudevents+json" : "application/json";
}

type ProblemBody = {
  status: number;
  title: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
};

function readable(method: string, path: string, text: string): string {
  try {
    const problem: ProblemBody = JSON.parse(text);
    const places = (problem.errors ?? []).map((error) => `\n  ${error.pointer}: ${error.detail}`);
    return `${method} ${path}: ${problem.status} ${problem.detail ?? problem.title}${places.join("")}`;
  } catch {
    return `${method} ${path}: ${text.slice(0, 500)}`;
  }
}
