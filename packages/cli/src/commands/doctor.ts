import { messageOf } from "../message-of.ts";
import { readDevFile } from "../platform/dev-file.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";

type Finding = { name: string; ok: boolean; detail: string };

/** `pulse doctor`: asks every service of the dev platform whether it is ready; 1 when one is not. */
export async function doctor({ json }: { json: boolean }): Promise<number> {
  const dev = readDevFile();
  if (dev === null) throw new Error("Nothing runs in this checkout; run `npm start`.");
  const findings = await Promise.all(
    Object.entries({ ...dev.services, "provider-simulator": dev.simulator }).map(([name, url]) =>
      ask(name, url),
    ),
  );
  print(json, findings, () =>
    table(
      ["service", "ready", "detail"],
      findings.map(({ name, ok, detail }) => [name, ok ? "yes" : "NO", detail]),
    ),
  );
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

async function ask(name: string, url: string): Promise<Finding> {
  try {
    const response = await fetch(`${url}/readyz?verbose`, { signal: AbortSignal.timeout(3_000) });
    const { checks }: { checks?: Record<string, unknown> } = JSON.parse(await response.text());
    return { name, ok: response.ok, detail: response.ok ? url : JSON.stringify(checks) };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `${url} does not answer: ${messageOf(error)}`,
    };
  }
}
