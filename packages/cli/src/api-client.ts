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
  /** Posts a file as it is read; given up after 90 s. */
  upload: <T>(path: string, file: Upload) => Promise<T>;
};

type Upload = { contentType: string; body: ReadableStream };

const UPLOAD_TIMEOUT_MS = 90_000;

/** A client of the gateway at `url`. Requests are given up after 30 s. */
export function createApi(url: string, key: string): Api {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await reach(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": contentType(path) },
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answerOf(method, path, response);
  }
  async function upload(path: string, { contentType: type, body }: Upload): Promise<unknown> {
    const response = await reach(new URL(path, url), {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": type },
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
      body,
      duplex: "half",
    });
    return answerOf("POST", path, response);
  }
  async function answerOf(method: string, path: string, response: Response): Promise<unknown> {
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
    upload: async <T>(path: string, file: Upload) => (await upload(path, file)) as T,
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
