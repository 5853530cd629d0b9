import type { SuppressionView } from "@pulsecourier/contracts";
import type { Api } from "../api-client.ts";
import { connect } from "../connect.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";

type Options = { json: boolean; channel?: string };

/** `pulse suppressions list`: addresses nothing is sent to, newest first, at most 100. */
export async function listSuppressions(options: Options & { reason?: string }): Promise<number> {
  const { json, channel, reason } = options;
  const found = await select(connect(), { channel, reason });
  print(json, found, () =>
    table(
      ["channel", "address", "reason", "provider", "at", "until"],
      found.map(({ channel: on, address, reason: why, provider, at, until = "lifted" }) => [
        on,
        address,
        why,
        provider,
        at,
        until,
      ]),
    ),
  );
  return 0;
}

/** `pulse suppressions lift <address>`: on every channel, or on the one named; 1 when it was on none. */
export async function liftSuppressions(address: string, options: Options): Promise<number> {
  const api = connect();
  const lifted = await select(api, { address, channel: options.channel });
  for (const { id } of lifted) await api.delete(`/v1/suppressions/${id}`);
  print(options.json, lifted, () =>
    lifted.length > 0
      ? lifted.map((one) => `lifted ${one.channel} (${one.reason})`).join("\n")
      : "it is not on the suppression list",
  );
  return lifted.length > 0 ? 0 : 1;
}

async function select(
  api: Api,
  filter: Record<string, string | undefined>,
): Promise<SuppressionView[]> {
  const query = new URLSearchParams({ limit: "100" });
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) query.set(name, value);
  }
  const { data } = await api.get<{ data: SuppressionView[] }>(
    `/v1/suppressions?${query.toString()}`,
  );
  return data;
}
