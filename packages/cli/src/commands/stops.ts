import { describeStop, type StopInput, type StopView } from "@pulsecourier/contracts";
import { connect } from "../connect.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";

/** `pulse stops list`: the stops that stand, newest first. */
export async function listStops({ json }: { json: boolean }): Promise<number> {
  const { data } = await connect().get<{ data: StopView[] }>("/v1/stops");
  print(json, data, () =>
    data.length === 0
      ? "nothing is stopped"
      : table(
          ["id", "stopped", "reason", "by", "at"],
          data.map((one) => [
            one.id,
            describeStop(one),
            one.reason,
            one.by,
            one.at.slice(0, 19).replace("T", " "),
          ]),
        ),
  );
  return 0;
}

/** `pulse stops add <reason>`: stops a channel, an account, a tenant, or a tenant on a channel. */
export async function addStop(input: StopInput, { json }: { json: boolean }): Promise<number> {
  const stop = await connect().post<StopView>("/v1/stops", input);
  print(json, stop, () => `${describeStop(stop)} is stopped; pulse stops lift ${stop.id}`);
  return 0;
}

/** `pulse stops lift <id>`: what waited goes out. */
export async function liftStop(id: string, { json }: { json: boolean }): Promise<number> {
  await connect().delete(`/v1/stops/${encodeURIComponent(id)}`);
  print(json, { id, lifted: true }, () => "lifted; what waited goes out within seconds");
  return 0;
}
