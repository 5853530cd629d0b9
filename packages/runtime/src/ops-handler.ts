import type { IncomingMessage, ServerResponse } from "node:http";
import type { Metrics } from "@pulsecourier/observability";

/** One dependency's state. A failing `optional` one is shown as `warn` and leaves the service ready. */
export type ReadyCheck = { name: string; ok: boolean; optional?: boolean; detail?: string };

export type OpsHandlerOptions = {
  metrics: Metrics;
  ready: () => ReadyCheck[] | Promise<ReadyCheck[]>;
  /** True from the start of a shutdown, so that load balancers stop sending. */
  draining?: () => boolean;
};

const answerWithinMs = 2_000;

/**
 * Serves `GET /livez` (the process answers; no dependency is asked), `/readyz` (200, or 503 while draining or when a
 * check fails; `?verbose` lists the checks as `application/health+json`) and `/metrics` (Prometheus text).
 * The promise is false, and nothing is written, when the request is for something else.
 */
export function opsHandler(options: OpsHandlerOptions) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const [path, query = ""] = (req.url ?? "").split("?", 2);
    if (req.method !== "GET" && req.method !== "HEAD") return false;
    if (path === "/livez") answer(res, 200, "text/plain; charset=utf-8", "ok\n");
    else if (path === "/readyz")
      await answerReadiness(options, res, new URLSearchParams(query).has("verbose"));
    else if (path === "/metrics") {
      const { registry } = options.metrics;
      answer(res, 200, registry.contentType, await registry.metrics());
    } else return false;
    return true;
  };
}

async function answerReadiness(
  options: OpsHandlerOptions,
  res: ServerResponse,
  verbose: boolean,
): Promise<void> {
  const checks = await readChecks(options.ready);
  if (options.draining?.())
    checks.unshift({ name: "draining", ok: false, detail: "shutting down" });
  const failed = checks.some((check) => !check.ok && !check.optional);
  const warned = checks.some((check) => !check.ok);
  const status = failed ? "fail" : warned ? "warn" : "pass";
  if (!verbose) return answer(res, failed ? 503 : 200, "text/plain; charset=utf-8", `${status}\n`);
  const described = checks.map(({ name, ok, optional, detail }) => {
    const state = ok ? "pass" : optional ? "warn" : "fail";
    return [name, [{ status: state, ...(detail !== undefined && { output: detail }) }]] as const;
  });
  const body = JSON.stringify({ status, checks: Object.fromEntries(described) });
  answer(res, failed ? 503 : 200, "application/health+json", body);
}

async function readChecks(ready: OpsHandlerOptions["ready"]): Promise<ReadyCheck[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ReadyCheck[]>((resolve) => {
    const detail = `no answer within ${answerWithinMs} ms`;
    timer = setTimeout(() => resolve([{ name: "checks", ok: false, detail }]), answerWithinMs);
  });
  try {
    return [...(await Promise.race([ready(), late]))];
  } catch (error) {
    return [
      { name: "checks", ok: false, detail: error instanceof Error ? error.message : "failed" },
    ];
  } finally {
    clearTimeout(timer);
  }
}

function answer(res: ServerResponse, status: number, type: string, body: string): void {
  res.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}
